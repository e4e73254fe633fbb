"""The local target's sizes: the stack's, scaled down to what one machine has."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor
from types import MappingProxyType

from stacks.components import Component
from stacks.derive.connections import POOL_WEIGHTS, connection_budget
from stacks.derive.postgres import max_connections
from stacks.floors import FLOORS
from stacks.local_target import MOST_MEMORY_SHARE, LocalTarget
from stacks.placement import Placement
from stacks.problems import Problem, StackError
from stacks.schema import Stack
from stacks.sizes import ComponentSize

Sizes = Mapping[Component, ComponentSize]

# The machine's memory is rounded down to this, so that a kernel that reports a few MiB less after a restart
# does not change a setting; budgets are rounded down to STEP_GIB.
MACHINE_STEP_GIB = 0.25
STEP_GIB = 1 / 64
LEAST_CPU = 0.01
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True, slots=True)
class ScaledComponent:
    """What the stack asks for a component and what it gets on this machine."""

    requested: ComponentSize
    scaled: ComponentSize


@dataclass(frozen=True, slots=True)
class LocalScale:
    """A stack on one machine: what is scaled, the machine's `cores` and `memory_gib`, factors, components.

    A factor of 1 is unscaled. `memory_factor` is that of the components above their floor; the others have
    their floor.
    """

    name: str
    cores: int
    memory_gib: float
    cpu_factor: float
    memory_factor: float
    components: Mapping[Component, ScaledComponent]

    def size(self, component: Component) -> ComponentSize:
        """The component's size on this machine."""
        return self.components[component].scaled

    @property
    def line(self) -> str:
        """One line for people: the machine, what the stack asks, and by how much it was scaled."""
        asked_cores = sum(entry.requested.cpu for entry in self.components.values())
        asked_gib = sum(entry.requested.memory_gib for entry in self.components.values())
        return (
            f"this machine has {self.cores} cores and {self.memory_gib:.0f} GiB; {self.name} asks "
            f"{asked_cores:g} cores and {asked_gib:g} GiB: processes {TIMES}{self.cpu_factor:.2f}, "
            f"memory {TIMES}{self.memory_factor:.2f}"
        )


def scale_to_machine(stack: Stack, cores: int, memory_gib: float, disk_gib: float | None = None) -> LocalScale:
    """Scale `stack` to a machine of `cores`, `memory_gib` and, where given, `disk_gib`.

    `disk_gib` is the disk's size, not what is free of it: the result must not change while the disk fills.
    Memory of all components sums to at most the target's memory_share of `memory_gib`; cores and replicas
    shrink in proportion to the cores, storage in proportion to the disk less its reserve. Never above the
    stack's own sizes; components that are off get nothing. Raises StackError when the memory or the disk is
    less than what the components need, TypeError for a stack of another target.
    """
    target = stack.target
    if not isinstance(target, LocalTarget):
        raise TypeError(f"only the local target is scaled to a machine, this is {target.kind}")
    requested = {component: stack.size(component) for component in stack.placed(Placement.in_cluster)}
    cpu_factor = min(1.0, cores / sum(size.cpu for size in requested.values()))
    memory_factor, memory = _memory(target, requested, memory_gib)
    storage = _storage(target, requested, disk_gib)
    replicas = _replicas(requested, cpu_factor, memory)
    components = {
        component: ScaledComponent(
            requested=size,
            scaled=size.model_copy(
                update={
                    "cpu": min(size.cpu, max(LEAST_CPU, round(size.cpu * cpu_factor, 3))),
                    "memory_gib": memory[component],
                    "storage_gib": storage[component],
                    "replicas": replicas[component],
                    "max_replicas": replicas[component],
                    "zones": 1,
                }
            ),
        )
        for component, size in requested.items()
    }
    name = f"the {stack.tier} tier" + (" with this stack's overrides" if stack.components else "")
    return LocalScale(name, cores, memory_gib, cpu_factor, memory_factor, MappingProxyType(components))


def _down(value: float, step: float) -> float:
    """`value` rounded down to a multiple of `step`; the small term keeps exact multiples where they are."""
    return floor(value / step + 1e-9) * step


def _replicas(requested: Sizes, cpu_factor: float, memory: Mapping[Component, float]) -> dict[Component, int]:
    """As many replicas as cores, each one's memory floor and PostgreSQL's connections allow; at least one."""
    replicas = {}
    for component, size in requested.items():
        by_memory = floor(memory[component] / FLOORS[component].memory_gib)
        by_cpu = floor(size.replicas * cpu_factor + 1e-9)
        # The local target has one port a store, so a store is one process; services share theirs.
        replicas[component] = 1 if component.is_store else max(1, min(by_cpu, by_memory))
    limit = max_connections(int(memory[Component.database] * 1024))
    while not connection_budget(limit, replicas).fits:
        most = max(POOL_WEIGHTS, key=lambda component: replicas[component])
        replicas[most] -= 1
    return replicas


def _memory(target: LocalTarget, requested: Sizes, memory_gib: float) -> tuple[float, dict[Component, float]]:
    """Share the target's part of `memory_gib` out in proportion; who falls below its floor gets the floor.

    Returns the factor of those above their floor, and each component's GiB.
    """
    machine_gib = _down(memory_gib, MACHINE_STEP_GIB)
    budget_gib = machine_gib * target.memory_share
    floors = {component: FLOORS[component].memory_gib for component in requested}
    if budget_gib < sum(floors.values()):
        raise _too_little_memory(target, machine_gib, sum(floors.values()))
    at_floor: set[Component] = set()
    while True:
        left_gib = budget_gib - sum(floors[component] for component in at_floor)
        rest = {c: size.memory_gib for c, size in requested.items() if c not in at_floor}
        factor = min(1.0, left_gib / sum(rest.values())) if rest else 0.0
        below = {c for c, gib in rest.items() if gib * factor < floors[c]}
        if not below:
            break
        at_floor |= below
    if factor == 1.0:
        return factor, rest
    given = {c: max(floors[c], _down(gib * factor, STEP_GIB)) for c, gib in rest.items()}
    return factor, floors | given


def _too_little_memory(target: LocalTarget, machine_gib: float, least_gib: float) -> StackError:
    share = target.memory_share
    found = f"{share:g} of {machine_gib:g} GiB, which is {share * machine_gib:.2f} GiB"
    needed = ceil(100 * least_gib / machine_gib) / 100 if machine_gib > 0 else 1.0
    if needed <= MOST_MEMORY_SHARE:
        allowed = f"at least {needed:.2f} on this machine: the components need {least_gib:.2f} GiB"
        mend = f"set target.memory_share to {needed:.2f}, or use a machine with more memory"
    else:
        allowed = f"a machine with at least {least_gib / MOST_MEMORY_SHARE:.1f} GiB"
        mend = "use a machine with more memory"
    return StackError([Problem("target.memory_share", found, allowed, mend)])


def _storage(target: LocalTarget, requested: Sizes, disk_gib: float | None) -> dict[Component, float]:
    """Share the disk less its reserve out: every floor first, the rest in proportion to what is asked."""
    asked = {component: size.storage_gib for component, size in requested.items()}
    if disk_gib is None:
        return asked
    floors = {component: FLOORS[component].storage_gib for component in requested}
    reserve_gib, least_gib = target.disk_reserve_gib, sum(floors.values())
    spare_gib = _down(disk_gib, 1) - reserve_gib - least_gib
    if spare_gib < 0:
        found = f"a reserve of {reserve_gib} GiB on a disk of {disk_gib:.0f} GiB"
        allowed = f"a disk of at least {ceil(reserve_gib + least_gib)} GiB with that reserve"
        mend = "put target.state_dir on a larger disk, or lower target.disk_reserve_gib"
        raise StackError([Problem("target.disk_reserve_gib", found, allowed, mend)])
    wanted_gib = sum(asked.values()) - least_gib
    factor = min(1.0, spare_gib / wanted_gib) if wanted_gib > 0 else 1.0
    if factor == 1.0:
        return asked
    given = {c: floors[c] + (asked[c] - floors[c]) * factor for c in asked}
    return {c: max(floors[c], _down(gib, STEP_GIB)) for c, gib in given.items()}
