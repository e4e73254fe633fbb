"""What a person may write wrong: each mistake gives one problem, and nothing but StackError is raised."""

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_strategies import anything, raw_stacks, stacks

from stacks.components import Component
from stacks.parse import parse
from stacks.problems import Problem, StackError
from stacks.schema import ComponentOverride, Stack
from stacks.sizes import ComponentSize
from stacks.targets import LocalTarget
from stacks.tiers import TIERS, TierName

LOCAL = {"tier": "minimum", "target": {"kind": "local"}}


def problem_of(**changes: object) -> Problem:
    """The one problem of the smallest good stack with `changes`."""
    with pytest.raises(StackError) as caught:
        parse({**LOCAL, **changes})
    (problem,) = caught.value.problems
    return problem


def on_one_machine(tier: TierName) -> dict[Component, ComponentSize]:
    """The tier's sizes where nothing scales by itself."""
    sizes = TIERS[tier].sizes.items()
    return {component: size.model_copy(update={"max_replicas": size.replicas}) for component, size in sizes}


def test_the_smallest_stack_has_the_tiers_sizes_and_the_usual_ports() -> None:
    stack = parse(LOCAL)
    assert stack.sizes() == on_one_machine("minimum")
    assert isinstance(stack.target, LocalTarget)
    assert dict(stack.target.ports.items())["gateway"] == 3000
    assert stack.environment == "production"


def test_an_override_beats_the_tier_value_by_value_and_leaves_the_others() -> None:
    stack = parse({**LOCAL, "components": {"knowledge": {"memory_gib": 6, "replicas": 2}}})
    tier = on_one_machine("minimum")
    changed = {"memory_gib": 6, "replicas": 2, "max_replicas": 2}
    assert stack.size(Component.knowledge) == tier[Component.knowledge].model_copy(update=changed)
    assert stack.size(Component.tools) == tier[Component.tools]


def test_an_override_survives_a_change_of_tier() -> None:
    raw = {**LOCAL, "components": {"cache": {"memory_gib": 12}}}
    small, large = parse(raw), parse({**raw, "tier": "enterprise"})
    assert small.size(Component.cache).memory_gib == large.size(Component.cache).memory_gib == 12
    assert large.size(Component.cache).cpu == TIERS["enterprise"].sizes[Component.cache].cpu


@given(stacks)
def test_an_override_never_changes_another_component(stack: Stack) -> None:
    for component in Component:
        if component not in stack.components:
            assert stack.size(component) == on_one_machine(stack.table)[component]


@given(anything)
def test_anything_at_all_gives_a_stack_or_a_stack_error(raw: object) -> None:
    with suppress(StackError):
        assert isinstance(parse(raw), Stack)


@given(raw_stacks, st.sampled_from(["tier", "target", "components", "environment", "chat_model", "x"]), anything)
def test_any_value_under_any_key_gives_a_stack_or_printable_lines(
    raw: dict[str, object], key: str, value: object
) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        parse({**raw, key: value})
    except StackError as error:
        problems = error.problems
    assert all(str(problem).isprintable() for problem in problems)


def test_two_mistakes_give_two_problems() -> None:
    with pytest.raises(StackError) as caught:
        parse({**LOCAL, "tier": "huge", "enviroment": "dev"})
    assert [problem.key for problem in caught.value.problems] == ["tier", "enviroment"]


def test_an_unknown_key_is_named_with_its_mend() -> None:
    problem = problem_of(enviroment="dev")
    assert problem == Problem(
        "enviroment",
        "an unknown key",
        "tier, from, target, components, environment, chat_model",
        "did you mean environment?",
    )


def test_a_size_below_the_floor_names_the_least_and_why() -> None:
    problem = problem_of(components={"database": {"memory_gib": 0.1}})
    assert (problem.key, problem.found, problem.allowed) == ("components.database.memory_gib", "0.1", "at least 0.25")
    assert "shared buffers" in problem.mend


def test_a_floor_counts_for_each_replica() -> None:
    assert parse({**LOCAL, "components": {"tools": {"cpu": 0.15}}}).size(Component.tools).cpu == 0.15
    problem = problem_of(components={"tools": {"cpu": 0.1}})
    assert (problem.found, problem.allowed) == ("0.1", "at least 0.15")


def test_more_replicas_than_the_tiers_totals_can_carry_are_one_problem() -> None:
    problem = problem_of(components={"gateway": {"replicas": 95}})
    assert problem.key == "components.gateway.replicas"
    most = int(problem.allowed.removeprefix("at most "))
    assert parse({**LOCAL, "components": {"gateway": {"replicas": most}}}).size(Component.gateway).replicas == most


def test_a_database_too_small_for_the_services_connections_is_told_how_much_it_needs() -> None:
    problem = problem_of(components={"database": {"memory_gib": 0.3}})
    assert problem.key == "components.database.memory_gib"
    assert "40 connections are needed" in problem.found
    least = float(problem.allowed.split()[2])
    assert parse({**LOCAL, "components": {"database": {"memory_gib": least}}})


def test_replicas_beyond_postgres_connections_are_told_how_many_there_may_be() -> None:
    larger = {"cpu": 32, "memory_gib": 64, "replicas": 100}
    problem = problem_of(components={"orchestrator": larger})
    assert problem.key == "components.orchestrator.replicas"
    most = int(problem.allowed.split()[2])
    assert parse({**LOCAL, "components": {"orchestrator": {**larger, "replicas": most}}})


def test_a_secret_written_in_the_wrong_place_is_never_repeated() -> None:
    leaks = (
        {"url": "https://user:hunter2@host/v1", "name": "m"},
        {"url": "https://host/v1?key=hunter2", "name": "m"},
        {"url": "ftp://user:hunter2@host", "name": "m"},
        {"url": "https://host/v1", "name": "m", "api_key_secret": "hunter2 hunter2"},
        {"url": "https://host/v1", "name": "m", "api_key": "hunter2"},
        {"url": "https://host/v1", "name": "m", "api_key_secret": ["hunter2"]},
    )
    for chat_model in leaks:
        assert "hunter2" not in str(problem_of(chat_model=chat_model))


def test_control_characters_of_a_hostile_key_never_reach_the_terminal() -> None:
    assert str(problem_of(**{"\x1b[2J\nroot": 1})).isprintable()


def test_a_thousand_mistakes_print_twenty_lines_and_a_count() -> None:
    with pytest.raises(StackError) as caught:
        parse({**LOCAL, **{f"key{n}": n for n in range(1000)}})
    assert len(caught.value.problems) == 1000
    assert str(caught.value).split("\n")[20:] == ["and 980 more problems"]


def test_a_stack_cannot_be_changed_after_it_was_checked() -> None:
    stack = parse(LOCAL)
    with pytest.raises(ValueError, match="frozen"):
        stack.tier = "enterprise"
    with pytest.raises(TypeError):
        stack.components[Component.cache] = ComponentOverride(cpu=1)  # type: ignore[index]


@given(stacks)
def test_a_stack_written_out_as_plain_data_reads_back_as_the_same_stack(stack: Stack) -> None:
    assert parse(stack.model_dump(mode="json", exclude_none=True)) == stack


def test_what_cannot_change_after_the_first_deployment_is_marked() -> None:
    schema = Stack.model_json_schema()
    local = schema["$defs"]["LocalTarget"]["properties"]
    assert schema["properties"]["environment"]["immutable"]
    assert local["kind"]["immutable"]
    assert local["state_dir"]["immutable"]
    assert "immutable" not in local["memory_share"]


def test_the_types_alone_load_neither_the_engine_nor_a_yaml_reader() -> None:
    program = "import sys, stacks.parse, stacks.scale; print(sorted({'pulumi', 'yaml', 'grpc'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_our_modules_add_little_to_the_import_of_pydantic() -> None:
    program = (
        "import time, pydantic\nclass Warm(pydantic.BaseModel): x: int\n"
        "start = time.process_time()\nimport stacks.parse, stacks.scale\nprint(time.process_time() - start)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.2
