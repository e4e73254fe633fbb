"""A row of a binary that is a shell script, its release, its mirror and what a server may answer."""

import hashlib
import io
import lzma
import tarfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from toolchain.binary import Binary, GoModule, OnPath, Use, VendorRelease
from toolchain.machine import this_machine

SCRIPT = b"#!/bin/sh\necho tool 1.2.3\n"


@dataclass
class Served:
    """An HTTP server on loopback: bodies by path, and what to do before a path is answered."""

    address: str
    bodies: dict[str, bytes] = field(default_factory=dict)
    announced: dict[str, int] = field(default_factory=dict)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


def archive(members: dict[str, bytes]) -> bytes:
    """A .tar.gz with these members."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for name, body in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return stream.getvalue()


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def row(
    *,
    vendor: VendorRelease | None = None,
    on_path: OnPath | None = None,
    mirror_sha256: str | None = None,
    folder: str = "no-such-module",
    files: tuple[str, ...] = ("tool-of-this-test",),
) -> Binary:
    return Binary(
        name="tool-of-this-test",
        version="1.2.3",
        uses=frozenset({Use.LOCAL}),
        files=files,
        on_path=on_path,
        vendor=vendor,
        go=GoModule(folder=folder, package=".", minutes=1),
        mirror_sha256={} if mirror_sha256 is None else {this_machine().tag: mirror_sha256},
    )


def release(address: str, *, sha256: str | None = None) -> VendorRelease:
    return VendorRelease(
        url=f"{address}/tool-{{version}}-{{os}}.tar.gz",
        checksums_url=f"{address}/sums",
        member="tool-{version}/tool",
        sha256={} if sha256 is None else {this_machine().tag: sha256},
    )


def fill_mirror(folder: Path, body: bytes = SCRIPT) -> bytes:
    """Put the tool of `row` into a mirror folder and return its archive."""
    packed = lzma.compress(body)
    name = f"tool-of-this-test-1.2.3-{this_machine().tag}.xz"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(packed)
    (folder / "SHA256SUMS").write_text(f"{sha256(packed)}  {name}\n")
    return packed
