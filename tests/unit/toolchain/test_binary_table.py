import re

import pytest

from toolchain.binary import Use
from toolchain.machine import Machine
from toolchain.sources.go import MODULES
from toolchain.sources.mirror import archive_name, stated_checksum
from toolchain.table import TABLE

ROWS = sorted(TABLE)


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_a_go_module_with_its_sums(name: str) -> None:
    folder = MODULES / TABLE[name].go.folder
    assert (folder / "go.mod").is_file()
    assert (folder / "go.sum").is_file()


@pytest.mark.parametrize("name", ["pulumi", "weaviate-server", "kube-apiserver", "etcd", "kwok", "actionlint"])
def test_the_go_module_requires_the_version_of_the_table(name: str) -> None:
    text = (MODULES / TABLE[name].go.folder / "go.mod").read_text()
    assert f" v{TABLE[name].version}" in text


@pytest.mark.parametrize("name", ROWS)
def test_every_checksum_is_a_sha256(name: str) -> None:
    row = TABLE[name]
    pins = [*row.mirror_sha256.values(), *(row.vendor.sha256.values() if row.vendor else ())]
    assert all(re.fullmatch(r"[0-9a-f]{64}", pin) for pin in pins)


def test_the_local_target_needs_no_more_than_the_engine_and_weaviate() -> None:
    local = {name for name, row in TABLE.items() if Use.LOCAL in row.uses}
    assert local == {"pulumi", "pulumi-python-scripts", "weaviate-server"}


def test_a_mirrors_archive_is_named_after_binary_version_and_machine() -> None:
    machine = Machine("linux", "arm64")
    assert archive_name(TABLE["etcd"], machine) == f"etcd-{TABLE['etcd'].version}-linux-arm64.xz"
    assert archive_name(TABLE["pulumi-python-scripts"], machine).endswith("-linux-arm64.tar.xz")


def test_a_checksum_is_read_from_either_form_of_a_listing() -> None:
    assert stated_checksum("AA  one\nbb *two\n", "one") == "aa"
    assert stated_checksum("aa  one\nbb *two\n", "two") == "bb"
    assert stated_checksum("aa  one.sig\n", "one") is None
