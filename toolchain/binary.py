"""The shape of one row of the table of binaries."""

from dataclasses import dataclass, field
from enum import StrEnum


class Use(StrEnum):
    """What a binary is for; `acquire_all` takes one of these."""

    LOCAL = "local"
    KUBERNETES_RIG = "kubernetes-rig"
    OBSERVABILITY = "observability"
    DEVELOPMENT = "development"


@dataclass(frozen=True)
class OnPath:
    """How a binary found on PATH tells its version.

    `arguments` make it print the version and exit; `pattern` is a regular expression with the version as its
    first group. `newer_allowed` accepts a newer release of the same major version instead of the exact one.
    """

    arguments: tuple[str, ...]
    pattern: str
    newer_allowed: bool = False


@dataclass(frozen=True)
class VendorRelease:
    """The vendor's own release: a URL, the member to take from it, and where the vendor states its checksum.

    The templates know `{version}`, `{os}`, `{arch}` (Go's spelling) and `{pulumi_arch}`. `member` is the path
    inside the archive; empty when the URL is the bare binary. `companions` are members taken along when the
    archive has them. `sha256` pins the archive by machine tag; a machine without a pin is verified against
    `checksums_url`, the file the vendor publishes beside the release.
    """

    url: str
    checksums_url: str
    member: str = ""
    companions: tuple[str, ...] = ()
    sha256: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GoModule:
    """A committed module under `toolchain/go/<folder>` and the package in it to build.

    `stamps` are linker variables (`import/path.Name=value`). `minutes` is the cold build time measured on two
    cores, download included. With `module_files` nothing is built: those files, named relative to the
    downloaded module `package`, are taken as they are. `embeds` are files of the module `embeds_from` that
    are copied beside the folder's own main package before it is built.
    """

    folder: str
    package: str
    minutes: float
    stamps: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    module_files: tuple[str, ...] = ()
    embeds_from: str = ""
    embeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Binary:
    """One binary at one version, and every place it can come from.

    `files` are the executables it consists of; `mirror_sha256` pins the mirror's archive by machine tag.
    """

    name: str
    version: str
    uses: frozenset[Use]
    files: tuple[str, ...]
    on_path: OnPath | None
    vendor: VendorRelease | None
    go: GoModule
    mirror_sha256: dict[str, str] = field(default_factory=dict)

    @property
    def mirror_suffix(self) -> str:
        """`.xz` for one executable, `.tar.xz` for several."""
        return ".xz" if len(self.files) == 1 else ".tar.xz"
