import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from toolchain_rig import SCRIPT, Served, archive, fill_mirror, release, row, sha256

from toolchain.binaries import Located, Missing, acquire_row, locate
from toolchain.binary import OnPath
from toolchain.error import ToolchainError
from toolchain.machine import this_machine
from toolchain.sources import go as go_source
from toolchain.table import TABLE

VERSION = OnPath(("--version",), r"tool (\S+)")


def output_of(path: Path) -> str:
    return subprocess.run([path], capture_output=True, text=True, check=True).stdout


def put_on_path(folder: Path, version: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder.mkdir()
    tool = folder / "tool-of-this-test"
    tool.write_text(f"#!/bin/sh\necho tool {version}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return tool


def test_a_tool_on_path_of_the_right_version_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = put_on_path(tmp_path / "bin", "1.2.3", monkeypatch)
    assert acquire_row(row(on_path=VERSION)) == tool


@pytest.mark.parametrize("version", ["1.2.2", "1.2.4", "2.0.0", "1.2.3-rc.1", "nonsense"])
def test_a_tool_on_path_of_another_version_is_refused_by_name(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = put_on_path(tmp_path / "bin", version, monkeypatch)
    with pytest.raises(ToolchainError, match=f"{tool} is version {version}; allowed is 1.2.3"):
        acquire_row(row(on_path=VERSION))


def test_a_newer_tool_is_taken_only_within_its_major_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = OnPath(("--version",), r"tool (\S+)", newer_allowed=True)
    tool = put_on_path(tmp_path / "one", "1.10.0", monkeypatch)
    assert acquire_row(row(on_path=newer)) == tool
    put_on_path(tmp_path / "two", "2.0.0", monkeypatch)
    with pytest.raises(ToolchainError, match=r"is version 2\.0\.0"):
        acquire_row(row(on_path=newer))


def test_a_mirror_folder_delivers_and_the_cache_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = fill_mirror(tmp_path / "mirror")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    binary = row(mirror_sha256=sha256(packed))
    first = acquire_row(binary)
    assert output_of(first) == "tool 1.2.3\n"
    monkeypatch.delenv("ANDAMIO_TOOLCHAIN_MIRROR")
    assert acquire_row(binary) == first


def test_a_mirror_may_be_an_address(tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_mirror(tmp_path / "mirror")
    served.bodies = {f"/m/{file.name}": file.read_bytes() for file in (tmp_path / "mirror").iterdir()}
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", f"{served.address}/m/")
    assert output_of(acquire_row(row())) == "tool 1.2.3\n"


def test_a_mirror_whose_archive_differs_from_its_own_sums_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mirror(tmp_path / "mirror")
    (next((tmp_path / "mirror").glob("*.xz"))).write_bytes(b"something else")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(ToolchainError, match="but the mirror's SHA256SUMS says"):
        acquire_row(row())


def test_a_mirror_that_agrees_with_itself_but_not_with_the_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mirror(tmp_path / "mirror", b"#!/bin/sh\necho evil\n")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(ToolchainError, match="but this version of Andamio pins"):
        acquire_row(row(mirror_sha256="0" * 64))


def test_a_mirror_that_is_not_a_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(ToolchainError, match=r"ANDAMIO_TOOLCHAIN_MIRROR names .*nowhere, which is not a folder"):
        acquire_row(row())


def test_the_vendors_release_is_checked_against_the_vendors_checksums(served: Served) -> None:
    packed = archive({"tool-1.2.3/README": b"", "tool-1.2.3/tool": SCRIPT})
    name = f"tool-1.2.3-{this_machine().os}.tar.gz"
    served.bodies = {f"/{name}": packed, "/sums": f"{sha256(packed)}  {name}\n".encode()}
    assert output_of(acquire_row(row(vendor=release(served.address)))) == "tool 1.2.3\n"


def test_a_pinned_release_needs_no_checksum_file(served: Served) -> None:
    packed = archive({"tool-1.2.3/tool": SCRIPT})
    served.bodies = {f"/tool-1.2.3-{this_machine().os}.tar.gz": packed}
    binary = row(vendor=release(served.address, sha256=sha256(packed)))
    assert output_of(acquire_row(binary)) == "tool 1.2.3\n"


def test_a_release_with_a_wrong_checksum_is_refused_and_leaves_nothing(served: Served, clean_environment: Path) -> None:
    served.bodies = {f"/tool-1.2.3-{this_machine().os}.tar.gz": archive({"tool-1.2.3/tool": SCRIPT})}
    with pytest.raises(ToolchainError, match=r"has checksum \w+, but the table of binaries says 1111"):
        acquire_row(row(vendor=release(served.address, sha256="1" * 64)))
    assert [path.name for path in (clean_environment / "tool-of-this-test").iterdir()] == [".lock"]


def test_a_release_that_ends_early_is_refused(served: Served) -> None:
    packed = archive({"tool-1.2.3/tool": SCRIPT})
    path = f"/tool-1.2.3-{this_machine().os}.tar.gz"
    served.bodies, served.announced = {path: packed[:-20]}, {path: len(packed)}
    with pytest.raises(ToolchainError, match=r"vendor release: .*(ended after|IncompleteRead)"):
        acquire_row(row(vendor=release(served.address, sha256=sha256(packed))))


def test_an_archive_without_the_tool_is_refused(served: Served) -> None:
    packed = archive({"../../tool": SCRIPT, "tool-1.2.3/other": SCRIPT})
    served.bodies = {f"/tool-1.2.3-{this_machine().os}.tar.gz": packed}
    with pytest.raises(ToolchainError, match=r"does not contain tool-1\.2\.3/tool"):
        acquire_row(row(vendor=release(served.address, sha256=sha256(packed))))


def test_a_failure_names_the_binary_the_four_places_and_the_mend(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", f"{served.address}/mirror")
    with pytest.raises(ToolchainError) as caught:
        acquire_row(row(vendor=release(served.address), on_path=VERSION))
    first, *places, mend = str(caught.value).splitlines()
    assert first == "tool-of-this-test 1.2.3 could not be had from any of the four places:"
    assert [place.strip().split(":")[0] for place in places] == ["PATH", "mirror", "vendor release", "Go module"]
    assert "no tool-of-this-test on PATH" in places[0]
    assert "answered 404" in places[1]
    assert "answered 404" in places[2]
    assert "install Go" in mend
    assert "ANDAMIO_TOOLCHAIN_MIRROR" in mend


def test_a_machine_without_the_internet_is_told_so_by_the_vendors_name() -> None:
    closed = release("http://127.0.0.1:9")
    with pytest.raises(ToolchainError, match=r"vendor release: 127\.0\.0\.1:9 cannot be reached"):
        acquire_row(row(vendor=closed))


def test_a_cached_file_that_was_cut_short_is_noticed_and_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mirror(tmp_path / "mirror")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    tool = acquire_row(row())
    tool.write_bytes(SCRIPT[:10])
    assert output_of(acquire_row(row())) == "tool 1.2.3\n"


def test_a_cached_file_changed_in_place_at_the_same_size_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_mirror(tmp_path / "mirror")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    tool = acquire_row(row())
    tool.write_bytes(SCRIPT.replace(b"1.2.3", b"6.6.6"))
    os.utime(tool, (1, 1))
    assert output_of(acquire_row(row())) == "tool 1.2.3\n"


def test_what_a_killed_process_left_half_written_is_cleared_away(
    tmp_path: Path, clean_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = clean_environment / "tool-of-this-test" / ".partial-1.2.3-1"
    half.mkdir(parents=True)
    (half / "tool-of-this-test").write_bytes(b"#!/bin")
    fill_mirror(tmp_path / "mirror")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    assert output_of(acquire_row(row())) == "tool 1.2.3\n"
    assert not half.exists()


TWO_PROCESSES = """
import sys
from toolchain_rig import row, release
from toolchain.binaries import acquire_row
print(acquire_row(row(vendor=release(sys.argv[1], sha256=sys.argv[2])), progress=lambda s: print(s.text, flush=True)))
"""


def test_two_processes_at_once_download_once_and_both_get_the_tool(served: Served) -> None:
    packed = archive({"tool-1.2.3/tool": SCRIPT})
    path = f"/tool-1.2.3-{this_machine().os}.tar.gz"
    asked, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        go_on.wait(20)

    served.bodies = {path: packed}
    served.before = {path: hold}
    command = [sys.executable, "-c", TWO_PROCESSES, served.address, sha256(packed)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert asked.wait(20)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as second:
            assert second.stdout is not None
            assert "waiting for another process" in second.stdout.readline()
            go_on.set()
            last = [process.communicate(timeout=20)[0].splitlines()[-1] for process in (first, second)]
    assert last[0] == last[1]
    assert output_of(Path(last[0])) == "tool 1.2.3\n"
    assert served.asked == [path]


@pytest.mark.skipif(go_source.shutil.which("go") is None, reason="Go is not installed, so source 4 cannot be run")
def test_the_last_resort_is_a_build_from_the_go_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "modules" / "tiny"
    module.mkdir(parents=True)
    (module / "go.mod").write_text("module example.test/tiny\n\ngo 1.21\n")
    (module / "go.sum").write_text("")
    (module / "main.go").write_text('package main\n\nfunc main() { println("tool 1.2.3") }\n')
    monkeypatch.setattr(go_source, "MODULES", tmp_path / "modules")
    tool = acquire_row(row(folder="tiny", on_path=VERSION))
    assert "tool 1.2.3" in subprocess.run([tool], capture_output=True, text=True, check=True).stderr
    (module / "main.go").write_text("package main\n\nfunc main() { broken }\n")
    tool.write_bytes(b"damaged")
    with pytest.raises(ToolchainError, match=r"Go module: go build failed: .*undefined: broken"):
        acquire_row(row(folder="tiny", on_path=VERSION))


def test_without_go_the_message_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolchainError, match="Go module: Go is not installed"):
        acquire_row(row())


def test_a_cache_that_cannot_be_written_is_named_with_its_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ToolchainError, match=r"cannot be written .* set XDG_CACHE_HOME"):
        acquire_row(row())


def test_without_any_home_the_mend_is_a_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    with pytest.raises(ToolchainError, match="neither HOME nor XDG_CACHE_HOME is set"):
        acquire_row(row())


def test_locating_says_what_is_missing_and_writes_nothing(clean_environment: Path) -> None:
    found = locate("weaviate-server")
    assert isinstance(found, Missing)
    assert found.version == TABLE["weaviate-server"].version
    assert "install Go" in found.mend
    assert not clean_environment.exists()


def test_locating_tells_where_a_cached_binary_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_mirror(tmp_path / "mirror")
    monkeypatch.setenv("ANDAMIO_TOOLCHAIN_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setitem(TABLE, "tool-of-this-test", row())
    tool = acquire_row(row())
    found = locate("tool-of-this-test")
    assert isinstance(found, Located)
    assert found.path == tool
    assert found.source == f"cache, from mirror {tmp_path / 'mirror'}"
