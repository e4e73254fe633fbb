"""The tables as they stand in the data files. Read on first use: importing `stacks` costs nothing."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from stacks.skus.sku import Architecture, Cloud, NetworkFigure, Purpose, Sku, SkuKind, SkuTable

# [size, vCPU, GiB], then Gbit/s where it is published, then the most pods where the type limits them.
_Row = tuple[str, int, float] | tuple[str, int, float, float] | tuple[str, int, float, float, int]


class _Family(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"\{\}")
    purpose: Purpose
    architecture: Architecture
    burstable: bool = False
    zone_redundant: bool = True
    sizes: list[_Row] = Field(min_length=1)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(pattern="^https://")
    checked: str = ""
    read: date
    network: NetworkFigure
    zones: str
    family: list[_Family] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    nodes: _Table
    databases: _Table
    caches: _Table

    def table(self, kind: SkuKind) -> _Table:
        tables: dict[SkuKind, _Table] = {
            SkuKind.nodes: self.nodes,
            SkuKind.databases: self.databases,
            SkuKind.caches: self.caches,
        }
        return tables[kind]


@cache
def sku_table(cloud: Cloud | Literal["aws", "gcp", "azure"], kind: SkuKind) -> SkuTable:
    """The types of `kind` that `cloud` offers, smallest first.

    Raises ValueError when a data file is not of its form, names a type twice, or gives a figure that its
    `network` says is not published.
    """
    cloud = Cloud(cloud)
    table = _file(cloud).table(kind)
    skus = sorted(
        (_sku(cloud, kind, table, family, row) for family in table.family for row in family.sizes), key=_order
    )
    names = [sku.name for sku in skus]
    if len(set(names)) != len(names):
        raise ValueError(f"stacks/skus/{cloud}.toml: a type of {kind} stands there twice")
    return SkuTable(cloud, kind, table.source, table.checked, table.read, table.network, table.zones, tuple(skus))


@cache
def _file(cloud: Cloud) -> _File:
    data = files("stacks.skus").joinpath(f"{cloud}.toml").read_text(encoding="utf-8")
    return _File.model_validate(tomllib.loads(data))


def _sku(cloud: Cloud, kind: SkuKind, table: _Table, family: _Family, row: _Row) -> Sku:
    name = family.name.format(row[0])
    network = row[3] if len(row) > 3 else None
    if (network is None) != (table.network is NetworkFigure.unpublished):
        raise ValueError(f"stacks/skus/{cloud}.toml: {name} does not fit `network = {table.network}`")
    return Sku(
        cloud=cloud,
        kind=kind,
        name=name,
        purpose=family.purpose,
        architecture=family.architecture,
        vcpu=row[1],
        memory_gib=row[2],
        network_gbps=network,
        network=table.network,
        burstable=family.burstable,
        zone_redundant=family.zone_redundant,
        max_pods=row[4] if len(row) > 4 else None,
    )


def _order(sku: Sku) -> tuple[float, int, str]:
    return sku.order
