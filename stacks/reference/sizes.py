"""The page of sizes: both tiers side by side, what one replica gets, and each derived setting with its rule."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from stacks.components import Component
from stacks.explain import Explained, Origin, explain
from stacks.floors import FLOORS, LEAST_CPU
from stacks.parse import parse
from stacks.provenance import GUIDE_COMPOSE, GUIDE_TABLES, source_of
from stacks.reference.table import cell, table
from stacks.sizes import ReplicaSize
from stacks.tiers import TIERS

TITLE = """# Sizes

Generated from `stacks/tiers.py` and `stacks/derive/` by `python -m stacks.reference`. Do not edit.

A cell with a slash has `minimum / enterprise`; one without is the same in both. 1 GB of the guide is 1 GiB,
1 TB is 1024 GiB. A row of a service is the total and each replica gets its part (`divided`). A row of a store
is what every replica gets, because each holds all the data (`mirrored`): a cluster must provide the row once
a replica.
"""
_FIELDS = {
    "cpu": "cores",
    "memory_gib": "memory GiB",
    "storage_gib": "disk GiB",
    "storage_class": "disk class",
    "network_gbps": "Gbit/s",
    "replicas": "replicas",
    "max_replicas": "at most",
    "zones": "zones",
}
_SHARES = {"cpu": "cores", "memory_mib": "memory MiB", "storage_gib": "disk GiB"}
Entries = Sequence[Mapping[str, Explained]]


def sizes_page() -> str:
    """The whole page."""
    return "\n".join([*_tables(), *_settings(_explained())])


def _explained() -> Entries:
    """Each tier on a cluster of three zones: everything runs in it, so everything is derived."""
    target = {"kind": "kubernetes", "context": "example", "zones": ["a", "b", "c"]}
    return [{entry.key: entry for entry in explain(parse({"tier": tier, "target": target}))} for tier in TIERS]


def _tables() -> Iterator[str]:
    yield TITLE
    yield "## Tiers\n"
    heads = ["component", "guide's name", *_FIELDS.values(), "split", "voters"]
    yield table(heads, [_tier_row(component) for component in Component])
    yield _sources()
    yield "## One replica\n"
    yield table(["component", *_SHARES.values()], [_replica_row(component) for component in Component])
    yield "## The least of one replica\n"
    yield table(
        ["component", "cores", "memory GiB", "because", "disk GiB", "because"],
        [
            [component, LEAST_CPU, floor.memory_gib, floor.memory_reason, floor.storage_gib, floor.storage_reason]
            for component, floor in FLOORS.items()
        ],
    )


def _tier_row(component: Component) -> list[object]:
    sizes = [tier.sizes[component] for tier in TIERS.values()]
    cells = [_pair(getattr(size, field) for size in sizes) for field in _FIELDS]
    return [component, component.label, *cells, component.sharing, component.quorum]


def _replica_row(component: Component) -> list[object]:
    shares: list[ReplicaSize] = [tier.sizes[component].replica for tier in TIERS.values()]
    return [component, *(_pair(round(getattr(share, field), 3) for share in shares) for field in _SHARES)]


def _sources() -> str:
    ours = [component for component in Component if source_of("minimum", component, "cpu") not in GUIDE_TABLES.values()]
    return (
        f"Sources: the sizes are those of {' and '.join(GUIDE_TABLES.values())}; the replicas of the services those of "
        f"{GUIDE_COMPOSE}. Ours are the rows {' and '.join(ours)}, the replicas of the stores, the zones and the "
        "bounds of autoscaling (twice the replicas of a service).\n"
    )


def _settings(tiers: Entries) -> Iterator[str]:
    """Settings of components as one table a kind, the others as one table of all."""
    yield "## Derived settings\n"
    yield "For a platform in one cluster, without overrides; `andamio explain` prints those of a stack.\n"
    keys = dict.fromkeys(key for entries in tiers for key, entry in entries.items() if entry.origin is Origin.derived)
    single = [key for key in keys if not key.startswith("components.")]
    heads = ["setting", "unit", "value", "rule", "source"]
    yield table(heads, [[f"`{key}`", *_setting(tiers, key)] for key in single])
    kinds = dict.fromkeys(key.split(".")[2] for key in keys if key.count(".") == 3)
    for kind in kinds:
        if kind != "replica":
            yield f"### {kind}\n"
            yield from _by_component(tiers, kind)


def _by_component(tiers: Entries, kind: str) -> Iterator[str]:
    fields: dict[str, Sequence[object]] = {}
    rows = []
    for component in Component:
        start = f"components.{component}.{kind}."
        keys = dict.fromkeys(key for entries in tiers for key in entries if key.startswith(start))
        if keys:
            fields |= {key.removeprefix(start): _setting(tiers, key) for key in keys}
            rows.append([component, *(_values(tiers, key) for key in keys)])
    yield table(["component", *fields], rows)
    yield "\n".join(f"- `{name}`: {rule} ({source})" for name, (_, _, rule, source) in fields.items()) + "\n"


def _setting(tiers: Entries, key: str) -> Sequence[object]:
    known = next(entries[key] for entries in tiers if key in entries)
    return known.unit, _values(tiers, key), known.rule, known.source


def _values(tiers: Entries, key: str) -> str:
    return _pair(entries[key].value if key in entries else "none" for entries in tiers)


def _pair(values: Iterable[object]) -> str:
    """The values of both tiers; one where they are equal."""
    return " / ".join(dict.fromkeys(cell(value) for value in values))
