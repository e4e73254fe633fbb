"""What a compose file is made of: the stack's sizes, who is in it, and what its parts share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from stacks.components import Component
from stacks.derive.connections import connection_budget, peak_replicas
from stacks.derive.logs import log_settings
from stacks.derive.postgres import max_connections
from stacks.placement import Placement
from stacks.schema import Stack
from stacks.sizes import ComponentSize

Plain = dict[str, object]

NETWORK = "red-agentes-ia"
SECRETS = "/run/secrets"
# The label of the one node that has the volumes: a local volume exists on one node only.
DATA_NODE = "node.labels.andamio.datos == true"
_LOG_FILES = 5
_KIB_PER_MIB = 1024


@dataclass(frozen=True)
class ComposePlan:
    """A stack, seen by the parts of its compose file."""

    name: str
    stack: Stack

    def runs(self, component: Component) -> bool:
        """Whether it is a container here. What a cloud would manage is one too: compose has no cloud."""
        return self.stack.placement(component) in (Placement.managed, Placement.in_cluster)

    def external(self, component: Component) -> str | None:
        """The endpoint of a component that exists elsewhere."""
        override = self.stack.components.get(component)
        if self.stack.placement(component) is not Placement.external or override is None:
            return None
        return override.endpoint

    @property
    def sizes(self) -> Mapping[Component, ComponentSize]:
        """The rows of all components."""
        return self.stack.sizes()

    @cached_property
    def pools(self) -> Mapping[Component, int]:
        """Connections of one replica of each service."""
        sizes = self.sizes
        limit = max_connections(sizes[Component.database].replica.memory_mib)
        return connection_budget(limit, peak_replicas(sizes, self.stack.target.is_cluster)).pools

    def resources(self, component: Component) -> Plain:
        """Limits of one container, which are also reserved: one replica's share of the row."""
        share = self.sizes[component].replica
        amount = {"cpus": f"{int(share.cpu * 1000 + 1e-6) / 1000:g}", "memory": f"{share.memory_mib}M"}
        return {"limits": dict(amount), "reservations": dict(amount)}

    @cached_property
    def logging(self) -> Plain:
        """Docker's own rotating files, all of them within the disk of the row of logging."""
        containers = sum(self.copies(component) for component in Component if self.runs(component)) + 1
        budget_kib = log_settings(self.sizes[Component.logging]).retention_size_mib * _KIB_PER_MIB
        size_kib = max(1, budget_kib // containers // _LOG_FILES)
        return {"driver": "json-file", "options": {"max-size": f"{size_kib}k", "max-file": str(_LOG_FILES)}}

    def copies(self, component: Component) -> int:
        """Its containers: a service has its replicas, a store runs once in this pattern."""
        return 1 if component.is_store else self.sizes[component].replicas

    @property
    def notes(self) -> tuple[str, ...]:
        """What this form cannot carry over from the stack, for people."""
        stores = [c.value for c in Component if c.is_store and self.runs(c) and self.sizes[c].replicas > 1]
        # There is no log store here that could have one.
        stores = [name for name in stores if name != Component.logging]
        managed = [c.value for c in Component if self.stack.placement(c) is Placement.managed]
        notes = []
        if stores:
            notes.append(f"each store runs once, as in the guide: no standby of {', '.join(stores)}")
        if managed:
            notes.append(f"a container here, managed by the cloud in the stack: {', '.join(managed)}")
        if self.runs(Component.logging):
            notes.append("logs stay in Docker's rotating files, within the disk of the row of logging")
        return tuple(notes)
