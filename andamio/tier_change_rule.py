"""The table of rules: what a change of one value does to a running component, and why. The first match counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from stacks.components import Component
from stacks.placement import Placement

Field = Literal[
    "cpu", "memory_gib", "storage_gib", "storage_class", "network_gbps", "replicas", "max_replicas", "zones"
]
Direction = Literal["grows", "shrinks", "changes"]


class Kind(StrEnum):
    """What a stack runs on: the rules of all clouds are the same."""

    machine = "local"
    cluster = "a cluster"


class Effect(StrEnum):
    """What is noticed, from nothing to lost data."""

    in_place = "in place"
    rolling = "rolling"
    failover = "failover"
    downtime = "downtime"
    replaced = "replaced"
    removed = "removed"


# What each effect means for those who use the platform.
MEANINGS: dict[Effect, str] = {
    Effect.in_place: "nothing stops",
    Effect.rolling: "replica after replica; nothing is away",
    Effect.failover: "a standby takes over: seconds of errors, which clients try again",
    Effect.downtime: "it is away while it restarts",
    Effect.replaced: "something new takes its place, and its data is copied or built anew",
    Effect.removed: "it goes away with what it has stored",
}

SERVICES = frozenset(component for component in Component if not component.is_store)
STORES = frozenset(component for component in Component if component.is_store)
_SIZE: frozenset[Field] = frozenset({"cpu", "memory_gib"})
_PAIRED = frozenset({Component.database, Component.cache})
_ALL: frozenset[Field] = frozenset({"storage_gib", "storage_class", "network_gbps", "zones", "max_replicas"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One row; an absent condition covers everything. `standby`: whether more than one replica ran before."""

    effect: Effect
    reason: str
    components: frozenset[Component] = frozenset(Component)
    fields: frozenset[Field] = frozenset()
    direction: Direction | None = None
    placement: Placement | None = None
    kind: Kind | None = None
    standby: bool | None = None

    def covers(
        self,
        component: Component,
        field: Field,
        direction: Direction,
        placement: Placement,
        kind: Kind,
        standby: bool,
    ) -> bool:
        """Whether this rule is about such a change."""
        return (
            component in self.components
            and (not self.fields or field in self.fields)
            and self.direction in (None, direction)
            and self.placement in (None, placement)
            and self.kind in (None, kind)
            and self.standby in (None, standby)
        )


def _field(*names: Field) -> frozenset[Field]:
    return frozenset(names)


_MACHINE_RULES = (
    Rule(
        Effect.in_place,
        "a folder of this machine has no size of its own, and one machine is one zone and one network",
        fields=_ALL,
        kind=Kind.machine,
    ),
    Rule(
        Effect.rolling,
        "its processes share one port and are replaced one after the other",
        components=SERVICES,
        kind=Kind.machine,
        standby=True,
    ),
    Rule(Effect.in_place, "one machine runs each store once", STORES, _field("replicas"), kind=Kind.machine),
    Rule(Effect.downtime, "its one process restarts with other settings: seconds", kind=Kind.machine),
)

_SERVICE_RULES = (
    Rule(Effect.in_place, "replicas come and go", SERVICES, _field("replicas", "max_replicas")),
    Rule(Effect.rolling, "new pods are ready before old ones stop; they keep nothing on their disks", SERVICES),
)

_DISK_RULES = (
    Rule(
        Effect.in_place,
        "a volume grows while it is in use, where its storage class allows it; it may take hours and only once in "
        "several hours",
        STORES,
        _field("storage_gib"),
        "grows",
    ),
    Rule(
        Effect.replaced,
        "no volume shrinks: a smaller one is restored from a backup",
        STORES,
        _field("storage_gib"),
        "shrinks",
    ),
    Rule(
        Effect.replaced,
        "a volume keeps its class: its data is copied to a new one",
        STORES,
        _field("storage_class"),
    ),
)

_REPLICA_RULES = (
    Rule(
        Effect.replaced,
        "a single server does not become a member of a cluster: streams are made anew, and PostgreSQL, which has every "
        "execution, queues them again",
        frozenset({Component.messages}),
        _field("replicas"),
        "grows",
        standby=False,
    ),
    Rule(
        Effect.replaced,
        "a collection keeps the copies it was made with: the index is built anew from PostgreSQL, searches wait for it",
        frozenset({Component.vectors}),
        _field("replicas"),
    ),
    Rule(
        Effect.in_place,
        "a new member joins and copies the data while the others serve",
        STORES,
        _field("replicas"),
        "grows",
    ),
    Rule(
        Effect.failover,
        "members leave one at a time; when the leader goes, another one takes over",
        STORES,
        _field("replicas"),
        "shrinks",
    ),
    Rule(
        Effect.in_place,
        "only new replicas go to other zones; disks stay in theirs",
        STORES,
        _field("zones"),
    ),
)

_NETWORK = "machines of another type take the place of the old ones"
_RESTART_RULES = (
    Rule(
        Effect.failover,
        "the standby is changed first, then it takes over",
        _PAIRED,
        _SIZE | _field("network_gbps"),
        standby=True,
    ),
    Rule(
        Effect.downtime,
        "the cloud restarts the one instance on another type: minutes; add the standby first, and it is a failover",
        STORES,
        _SIZE | _field("network_gbps"),
        placement=Placement.managed,
        standby=False,
    ),
    Rule(
        Effect.rolling,
        f"{_NETWORK}, one member at a time: the majority goes on",
        STORES,
        _field("network_gbps"),
        standby=True,
    ),
    Rule(
        Effect.downtime,
        f"{_NETWORK}, and its disk moves to the new one: minutes",
        STORES,
        _field("network_gbps"),
        standby=False,
    ),
    Rule(
        Effect.downtime,
        "its one pod restarts with other settings: up to minutes; add the standby first, and it is a failover",
        _PAIRED,
        _SIZE,
        standby=False,
    ),
    Rule(Effect.rolling, "one member restarts at a time: the majority goes on", STORES, _SIZE, standby=True),
    Rule(Effect.downtime, "its one pod restarts with other settings: up to minutes", STORES, _SIZE, standby=False),
)

RULES: tuple[Rule, ...] = (*_MACHINE_RULES, *_SERVICE_RULES, *_DISK_RULES, *_REPLICA_RULES, *_RESTART_RULES)
