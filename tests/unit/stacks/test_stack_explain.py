"""Explaining a stack, and its schema for editors."""

import json

import pytest
from hypothesis import given
from stack_strategies import stacks

from stacks.components import Component
from stacks.derive.cache import CacheSettings
from stacks.derive.messages import MessageSettings
from stacks.derive.postgres import PostgresSettings
from stacks.derive.rule import rules_of
from stacks.derive.runtime import RuntimeSettings
from stacks.derive.vectors import VectorSettings
from stacks.explain import Origin, explain
from stacks.json_schema import stack_file_schema
from stacks.parse import parse
from stacks.placement import Placement
from stacks.scale import scale_to_machine
from stacks.schema import Stack
from stacks.sizes import ComponentSize

RAW = {"tier": "minimum", "target": {"kind": "local"}, "components": {"cache": {"memory_gib": 6}}}


def test_each_value_says_whether_the_tier_or_the_stacks_file_gave_it() -> None:
    values = {entry.key: entry for entry in explain(parse(RAW))}
    assert values["components.cache.memory_gib"].origin is Origin.override
    assert values["components.cache.memory_gib"].value == 6
    assert values["components.cache.cpu"].origin is Origin.tier
    assert values["components.cache.cpu"].rule == "the minimum tier"


def test_a_derived_value_says_its_rule_and_follows_an_override() -> None:
    entry = {entry.key: entry for entry in explain(parse(RAW))}["valkey.maxmemory_mib"]
    assert (entry.value, entry.origin) == (6 * 1024 * 3 // 5, Origin.derived)
    assert entry.rule.startswith("3/5 of the memory")


def test_on_a_machine_a_scaled_value_says_what_was_asked() -> None:
    stack = parse(RAW)
    values = {entry.key: entry for entry in explain(stack, scale_to_machine(stack, 2, 24))}
    knowledge = values["components.knowledge.replicas"]
    assert (knowledge.value, knowledge.origin) == (1, Origin.machine)
    assert knowledge.rule == "the minimum tier asks 4; scaled to this machine"
    assert values["components.cache.memory_gib"].rule == "the stack's file asks 6; scaled to this machine"


@given(stacks)
def test_every_size_of_every_component_is_explained_once(stack: Stack) -> None:
    keys = [entry.key for entry in explain(stack)]
    assert len(keys) == len(set(keys))
    for component in Component:
        explained = {key.removeprefix(f"components.{component}.") for key in keys if f".{component}." in key}
        assert "placement" in explained
        if stack.placement(component) is not Placement.off:
            assert explained >= set(ComponentSize.model_fields) | {"replica.memory_mib"}


@pytest.mark.parametrize("record", [PostgresSettings, CacheSettings, MessageSettings, VectorSettings, RuntimeSettings])
def test_every_derived_value_has_a_rule(record: type) -> None:
    assert all(rule.text and rule.source for rule in rules_of(record).values())


def test_every_key_of_the_editors_schema_has_a_description() -> None:
    schema = stack_file_schema()
    models = json.loads(json.dumps(schema["$defs"]))
    for model in ("Stack", "LocalTarget", "LocalPorts", "ComponentOverride", "ChatModel"):
        for key, value in models[model]["properties"].items():
            assert value.get("description"), f"{model}.{key}"


def test_the_editors_schema_is_strict_about_our_keys_and_open_for_those_of_others() -> None:
    schema = json.loads(json.dumps(stack_file_schema()))
    assert schema["required"] == ["config"]
    assert schema["$defs"]["Configuration"]["required"] == ["andamio:stack"]
    assert schema["$defs"]["Configuration"]["additionalProperties"] is True
    assert schema["$defs"]["Stack"]["additionalProperties"] is False
