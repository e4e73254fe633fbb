"""Source 3: the vendor's own release archive, what most people get."""

import re
import shutil
from pathlib import Path

from toolchain.binary import Binary, VendorRelease
from toolchain.cache import sha256_of
from toolchain.error import SourceRefusedError
from toolchain.machine import Machine
from toolchain.progress import Progress, Step
from toolchain.sources.download import fetch
from toolchain.sources.mirror import stated_checksum
from toolchain.sources.unpack import unpack_tar


def from_vendor(binary: Binary, machine: Machine, folder: Path, progress: Progress) -> str:
    """Download the release, verify it, put its executables in `folder` and return the address it came from.

    The checksum is the table's pin for this machine; without a pin it is the one in the file the vendor publishes
    beside the release. Raises `SourceRefusedError` when the release cannot be had or verified.
    """
    release = binary.vendor
    if release is None:
        raise SourceRefusedError("the vendor publishes no checksums for its releases")
    url = _expand(release.url, binary, machine)
    progress(Step(f"{binary.name} {binary.version}: from the vendor"))
    archive = folder / f".{url.rsplit('/', 1)[-1]}"
    try:
        expected, stated_by = _expected(release, binary, machine, folder, progress)
        fetch(url, archive, progress)
        found = sha256_of(archive)
        if found != expected:
            raise SourceRefusedError(f"{url} has checksum {found}, but {stated_by} says {expected}")
        progress(Step(f"{binary.name} {binary.version}: unpacking"))
        _take(release, binary, machine, archive, folder)
    finally:
        archive.unlink(missing_ok=True)
    return url


def _expand(template: str, binary: Binary, machine: Machine) -> str:
    """Fill a template of the table."""
    return template.format(version=binary.version, os=machine.os, arch=machine.arch, pulumi_arch=machine.pulumi_arch)


def _expected(
    release: VendorRelease, binary: Binary, machine: Machine, folder: Path, progress: Progress
) -> tuple[str, str]:
    """Return the checksum the archive must have and who states it."""
    pinned = release.sha256.get(machine.tag)
    if pinned is not None:
        return pinned, "the table of binaries"
    url = _expand(release.checksums_url, binary, machine)
    listing = folder / ".checksums"
    try:
        fetch(url, listing, progress)
        text = listing.read_text(encoding="utf-8", errors="replace")
    finally:
        listing.unlink(missing_ok=True)
    name = _expand(release.url, binary, machine).rsplit("/", 1)[-1]
    # A file for one release may hold the bare checksum without a file name.
    bare = re.fullmatch(r"\s*([0-9a-fA-F]{64})\s*", text)
    stated = bare.group(1).lower() if bare else stated_checksum(text, name)
    if stated is None:
        raise SourceRefusedError(f"{url} states no checksum for {name}")
    return stated, url


def _take(release: VendorRelease, binary: Binary, machine: Machine, archive: Path, folder: Path) -> None:
    """Put the executables and those companions that are there into `folder`; complain about a missing executable."""
    if not release.member:
        shutil.copyfile(archive, folder / binary.files[0])
        return
    member = _expand(release.member, binary, machine)
    if member.endswith("/"):
        wanted = {f"{member}{file}": folder / file for file in binary.files}
    else:
        wanted = {member: folder / binary.files[0]}
    companions = {name: folder / name.rsplit("/", 1)[-1] for name in release.companions}
    found = unpack_tar(archive, {**companions, **wanted})
    missing = sorted(set(wanted) - found)
    if missing:
        raise SourceRefusedError(f"{archive.name.removeprefix('.')} does not contain {', '.join(missing)}")
