"""What a change of size does: every possible change has a rule, and the rules say what an operator must know."""

import json
from itertools import product
from typing import cast, get_args

import pytest
from sizing_rig import call

from andamio.tier_change import FIELDS, Change, Layout, changes_between
from andamio.tier_change_rule import MEANINGS, RULES, Direction, Effect, Kind
from stacks.components import Component
from stacks.placement import Placement, allowed_placements, default_placement
from stacks.tiers import TIERS, TierName

STANDBYS = (Component.database, Component.cache)


def layout(tier: TierName, target: str = "kubernetes", **sizes: dict[str, object]) -> Layout:
    rows = {part: size.model_copy(update=sizes.get(part.value, {})) for part, size in TIERS[tier].sizes.items()}
    kind = Kind.machine if target == "local" else Kind.cluster
    return Layout(tier, kind, rows, {part: default_placement(part, target) for part in Component})


def effect(changes: list[Change], component: Component, field: str) -> Effect:
    return next(change.effect for change in changes if (change.component, change.field) == (component, field))


@pytest.mark.parametrize("target", ["local", "kubernetes", "aws"])
def test_every_change_a_component_can_have_is_covered_by_a_rule(target: str) -> None:
    kind = Kind.machine if target == "local" else Kind.cluster
    for component, field, direction, standby in product(Component, FIELDS, get_args(Direction), (True, False)):
        if (direction == "changes") != (field == "storage_class"):
            continue  # numbers grow and shrink, a class does neither
        for placement in allowed_placements(component, target):
            if placement in (Placement.off, Placement.external) or (field == "max_replicas" and component.is_store):
                continue
            case = (component, field, cast(Direction, direction), placement, kind, standby)
            assert any(rule.covers(*case) for rule in RULES), case


def test_every_rule_has_a_reason_and_every_effect_a_meaning() -> None:
    assert all(rule.reason for rule in RULES)
    assert set(MEANINGS) == set(Effect)


def test_services_roll_and_single_stores_stop_when_their_size_changes() -> None:
    changes = changes_between(layout("minimum"), layout("enterprise"))
    assert effect(changes, Component.gateway, "cpu") is Effect.rolling
    assert effect(changes, Component.database, "memory_gib") is Effect.downtime
    assert effect(changes, Component.database, "storage_gib") is Effect.in_place
    assert effect(changes, Component.database, "replicas") is Effect.in_place


def test_servers_that_become_clusters_are_made_anew() -> None:
    changes = changes_between(layout("minimum"), layout("enterprise"))
    assert effect(changes, Component.messages, "replicas") is Effect.replaced
    assert effect(changes, Component.vectors, "replicas") is Effect.replaced


@pytest.mark.parametrize("component", STANDBYS)
@pytest.mark.parametrize("target", ["kubernetes", "aws"])
def test_a_standby_turns_downtime_into_a_failover(component: Component, target: str) -> None:
    before, after = layout("enterprise", target), layout("enterprise", target, **{component.value: {"cpu": 99.0}})
    assert effect(changes_between(before, after), component, "cpu") is Effect.failover


def test_a_smaller_disk_is_a_new_one_and_a_larger_one_is_not() -> None:
    small, large = layout("minimum"), layout("minimum", database={"storage_gib": 900.0})
    assert effect(changes_between(small, large), Component.database, "storage_gib") is Effect.in_place
    assert effect(changes_between(large, small), Component.database, "storage_gib") is Effect.replaced


def test_a_store_that_moves_is_replaced_and_what_is_switched_off_goes_with_its_data() -> None:
    before = layout("enterprise")
    moved = Layout("x", before.kind, before.sizes, {**before.placements, Component.database: Placement.managed})
    off = Layout("x", before.kind, before.sizes, {**before.placements, Component.monitoring: Placement.off})
    assert effect(changes_between(before, moved), Component.database, "placement") is Effect.replaced
    assert effect(changes_between(before, off), Component.monitoring, "placement") is Effect.removed


def test_the_same_size_changes_nothing() -> None:
    assert changes_between(layout("minimum"), layout("minimum")) == []


def test_the_command_compares_tiers_and_stacks() -> None:
    tiers = json.loads(call("diff-tier", "--json").output)
    stacks = json.loads(call("diff-tier", "minimum-local", "enterprise-local", "--json").output)
    assert {change["effect"] for change in tiers} == {"in place", "rolling", "downtime", "replaced"}
    assert "monitoring" not in {change["component"] for change in stacks}
    text = call("diff-tier").output
    assert "replaced: vectors, messages" in text


def test_an_unknown_name_is_answered_with_what_there_is() -> None:
    assert "allowed:" in str(call("diff-tier", "minimum", "huge").exception)
