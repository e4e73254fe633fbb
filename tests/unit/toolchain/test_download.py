import threading
from pathlib import Path
from time import monotonic

import pytest
from toolchain_rig import Served

from toolchain.error import SourceRefusedError
from toolchain.progress import Step, silent
from toolchain.sources.download import fetch


def test_a_server_that_stalls_is_left_and_nothing_stays(served: Served, tmp_path: Path) -> None:
    go_on = threading.Event()

    def hold() -> None:
        go_on.wait(20)

    served.bodies = {"/file": b"late"}
    served.before = {"/file": hold}
    began = monotonic()
    try:
        with pytest.raises(SourceRefusedError, match="timed out"):
            fetch(f"{served.address}/file", tmp_path / "file", silent, stall_s=0.2)
    finally:
        go_on.set()
    assert monotonic() - began < 10
    assert not (tmp_path / "file").exists()


def test_the_share_that_has_arrived_is_shown(served: Served, tmp_path: Path) -> None:
    served.bodies = {"/file": b"x" * 600_000}
    steps: list[Step] = []
    fetch(f"{served.address}/file", tmp_path / "file", steps.append)
    assert steps[-1].fraction == 1.0
    assert (tmp_path / "file").stat().st_size == 600_000


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "no address"])
def test_only_http_is_fetched(address: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefusedError, match=r"is not an http\(s\) address"):
        fetch(address, tmp_path / "file", silent)
