"""One type that a cloud offers, and the table it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MIB_PER_GIB = 1024


class Cloud(StrEnum):
    """A cloud with tables of what it offers."""

    aws = "aws"
    gcp = "gcp"
    azure = "azure"


class SkuKind(StrEnum):
    """What a table lists; the value is its name in the data file."""

    nodes = "nodes"
    databases = "databases"
    caches = "caches"


class Architecture(StrEnum):
    """The instruction set of a machine."""

    x86_64 = "x86_64"
    arm64 = "arm64"


class Purpose(StrEnum):
    """What a family of types is made for."""

    general = "general"
    compute = "compute"
    memory = "memory"


class NetworkFigure(StrEnum):
    """What a table's `network_gbps` says: what is always there, the most there may be, or nothing at all."""

    baseline = "baseline"
    up_to = "up to"
    unpublished = "unpublished"


@dataclass(frozen=True, slots=True)
class Sku:
    """One type: `vcpu`, `memory_gib` as sold (caches: what the node gives to data) and `network_gbps`.

    `network_gbps` is None where the cloud publishes none. `zone_redundant`: its standby may be in another
    zone (always so for nodes, which are many). `max_pods` is the network's limit where the type sets one.
    """

    cloud: Cloud
    kind: SkuKind
    name: str
    purpose: Purpose
    architecture: Architecture
    vcpu: int
    memory_gib: float
    network_gbps: float | None
    network: NetworkFigure
    burstable: bool
    zone_redundant: bool
    max_pods: int | None

    @property
    def memory_mib(self) -> int:
        """Memory in MiB, rounded down."""
        return int(self.memory_gib * MIB_PER_GIB)

    @property
    def order(self) -> tuple[float, int, str]:
        """The order in which types are tried: memory, then vCPU, then the name."""
        return (self.memory_gib, self.vcpu, self.name)

    @property
    def description(self) -> str:
        """The type in one phrase: name, vCPU, memory, network."""
        network = "no network figure" if self.network_gbps is None else f"{self._prefix}{self.network_gbps:g} Gbit/s"
        return f"{self.name} ({self.vcpu} vCPU, {self.memory_gib:g} GiB, {network})"

    @property
    def _prefix(self) -> str:
        return "up to " if self.network is NetworkFigure.up_to else ""


@dataclass(frozen=True, slots=True)
class SkuTable:
    """All types of one kind in one cloud, smallest first; `source` is the page that governs.

    `read` is the day the figures were taken down, from stored copies and not the live page. `checked` says what
    they were compared with and which were not; empty where the page itself was read. `zones` says how the kind
    spans zones.
    """

    cloud: Cloud
    kind: SkuKind
    source: str
    checked: str
    read: date
    network: NetworkFigure
    zones: str
    skus: tuple[Sku, ...]

    def __iter__(self) -> Iterator[Sku]:
        """Every type, smallest first."""
        return iter(self.skus)

    def __getitem__(self, name: str) -> Sku:
        """The type called `name`. KeyError when the table has none."""
        for sku in self.skus:
            if sku.name == name:
                return sku
        raise KeyError(name)
