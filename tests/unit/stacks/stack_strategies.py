"""Hypothesis strategies: stacks that are valid, and data that may be anything."""

from hypothesis import strategies as st

from stacks.components import Component, Split
from stacks.parse import parse
from stacks.problems import StackError
from stacks.schema import Stack
from stacks.sizes import ComponentSize


def sizes(replicas: int = 1) -> st.SearchStrategy[ComponentSize]:
    """Sizes at or above every floor, up to those of large machines."""
    return st.builds(
        ComponentSize,
        cpu=st.floats(0.05 * replicas, 128),
        memory_gib=st.floats(0.25 * replicas, 512),
        storage_gib=st.floats(2.0 * replicas, 20_000),
        network_gbps=st.just(1.0),
        storage_class=st.just("ssd"),
        replicas=st.just(replicas),
        max_replicas=st.just(replicas),
        zones=st.just(1),
        split=st.just(Split.divided),
        quorum=st.just(False),
    )


_override = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.floats(0.05, 64),
        "memory_gib": st.floats(0.03, 128),
        "storage_gib": st.floats(0.1, 5000),
        "replicas": st.integers(1, 30),
        "max_replicas": st.integers(1, 60),
        "zones": st.integers(1, 3),
        "storage_class": st.sampled_from(["standard", "ssd", "premium"]),
        "placement": st.sampled_from(["managed", "in-cluster", "off"]),
    },
)

cluster_targets = st.sampled_from(
    [
        {"kind": "kubernetes", "context": "c", "zones": ["a", "b", "c"]},
        {"kind": "aws", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]},
        {"kind": "azure", "region": "westeurope", "zones": [1, 2, 3]},
    ]
)
raw_cluster_stacks = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["minimum", "enterprise"]),
        "target": cluster_targets,
        "components": st.dictionaries(st.sampled_from([c.value for c in Component]), _override, max_size=3),
    }
) | st.fixed_dictionaries(
    {
        "tier": st.just("custom"),
        "from": st.sampled_from(["minimum", "enterprise"]),
        "target": cluster_targets,
        "components": st.dictionaries(st.sampled_from([c.value for c in Component]), _override, max_size=3),
    }
)

raw_stacks = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["minimum", "enterprise"]),
        "target": st.fixed_dictionaries({"kind": st.just("local")}, optional={"memory_share": st.floats(0.05, 0.9)}),
    },
    optional={"components": st.dictionaries(st.sampled_from([c.value for c in Component]), _override, max_size=3)},
)


def _valid(raw: object) -> Stack | None:
    try:
        return parse(raw)
    except StackError:
        return None


stacks: st.SearchStrategy[Stack] = raw_stacks.map(_valid).filter(lambda stack: stack is not None)  # type: ignore[assignment]

cluster_stacks: st.SearchStrategy[Stack] = raw_cluster_stacks.map(_valid).filter(  # type: ignore[assignment]
    lambda stack: stack is not None
)

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_scalars, inner, max_size=4), max_leaves=12
)
