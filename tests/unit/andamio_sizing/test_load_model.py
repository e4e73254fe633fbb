"""From a load to a size: the arithmetic holds for any load, and every custom size is a stack."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sizing_rig import AWS, KUBERNETES, LOCAL

from stacks.components import Component
from stacks.load_model.choice import SIZED, Choice, choose_size
from stacks.load_model.demand import demand_of
from stacks.load_model.load import Load, limits, parse_load
from stacks.load_model.made_to_measure import custom_stack
from stacks.load_model.rates import RATES_FILE, default_rates, read_rates
from stacks.parse import parse
from stacks.problems import Problem, StackError
from stacks.tiers import TIERS

RATES = default_rates()


def within(name: str, most: float | None = None) -> st.SearchStrategy[float]:
    low, high = limits(name)
    high = min(high, most) if most is not None else high
    return st.integers(int(low), int(high)) if Load.model_fields[name].annotation is int else st.floats(low, high)


LOADS = st.builds(Load, **{name: within(name) for name in Load.model_fields})
MODEST = st.builds(
    Load,
    requests_per_s=within("requests_per_s", 2000),
    concurrent_executions=within("concurrent_executions", 400),
    execution_s=st.floats(5, 60),
    documents=within("documents", 500_000),
    tokens_per_document=within("tokens_per_document", 3000),
    availability_percent=st.sampled_from([90.0, 99.5, 99.9]),
)


def sized(load: Load) -> tuple[Choice | None, tuple[Problem, ...]]:
    try:
        return choose_size(load, RATES), ()
    except StackError as error:
        return None, error.problems


@given(LOADS)
@settings(max_examples=60, deadline=None)
def test_any_load_gets_a_size_or_an_error_that_names_what_to_lower(load: Load) -> None:
    choice, problems = sized(load)
    assert all(problem.key.startswith("load.") and problem.mend for problem in problems)
    assert (choice is None) == bool(problems)
    for target in (LOCAL, KUBERNETES, AWS):
        if choice is not None:
            parse(custom_stack(choice, target, "production"))


@given(MODEST)
@settings(max_examples=30, deadline=None)
def test_a_custom_size_has_what_every_line_of_the_arithmetic_asks(load: Load) -> None:
    choice = choose_size(load, RATES)
    for component, size in choice.custom.items():
        for quantity in SIZED:
            assert getattr(size, quantity) >= choice.demand.of(component, quantity) - 1e-6
        assert size.replicas >= choice.demand.of(component, "replicas")


@given(MODEST)
@settings(max_examples=30, deadline=None)
def test_the_stack_file_of_a_custom_size_gives_back_its_rows(load: Load) -> None:
    choice = choose_size(load, RATES)
    stack = parse(custom_stack(choice, AWS, "production"))
    for component in Component:
        for key in (*SIZED, "replicas", "max_replicas", "zones"):
            assert getattr(stack.size(component), key) == pytest.approx(
                getattr(choice.custom[component], key), abs=1e-3
            )


@given(MODEST, st.sampled_from(["requests_per_s", "concurrent_executions", "documents", "retention_days"]))
@settings(max_examples=30, deadline=None)
def test_more_load_never_needs_less(load: Load, field: str) -> None:
    more = load.model_copy(update={field: getattr(load, field) * 2})
    smaller, larger = demand_of(load, RATES), demand_of(more, RATES)
    for line in smaller.lines:
        key = (line.component, line.quantity)
        assert larger.of(*key) >= smaller.of(*key) - 1e-9


@given(MODEST)
@settings(max_examples=30, deadline=None)
def test_a_tier_is_chosen_only_when_it_lacks_nothing(load: Load) -> None:
    choice = choose_size(load, RATES)
    if choice.tier is None:
        assert not any(fit.carries for fit in choice.fits.values())
        return
    sizes = TIERS[choice.tier].sizes
    for line in choice.demand.lines:
        assert getattr(sizes[line.component], line.quantity) >= line.value
    assert choice.fits[choice.tier].availability.percent >= load.availability_percent


def test_no_load_fits_the_minimum_tier() -> None:
    load = Load(requests_per_s=0, concurrent_executions=0, documents=0, availability_percent=90)
    assert choose_size(load, RATES).tier == "minimum"


def test_an_availability_above_one_zones_needs_the_enterprise_tier() -> None:
    assert choose_size(Load(availability_percent=99.9), RATES).tier == "enterprise"


def test_a_load_no_tier_carries_is_custom_from_the_tier_that_is_up_often_enough() -> None:
    choice = choose_size(Load(concurrent_executions=500, availability_percent=99.9), RATES)
    assert choice.tier is None
    assert choice.base == "enterprise"
    assert choice.fits["enterprise"].shortages


def test_an_availability_that_no_tier_reaches_says_how_far_they_reach() -> None:
    with pytest.raises(StackError, match=r"load\.availability_percent: found 99\.99; allowed: at most 99\.98"):
        choose_size(Load(availability_percent=99.99), RATES)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"documents": -1}, "load.documents: found -1; allowed: a whole number from 0"),
        ({"requests_per_s": "many"}, "load.requests_per_s: found 'many'; allowed: a number from 0"),
        ({"users": 3}, "load.users: found an unknown key; allowed: requests_per_s"),
        ({"retention_days": float("nan")}, "load.retention_days: found nan"),
        ([], "load: found list; allowed: a mapping"),
    ],
)
def test_a_mistake_in_a_load_is_named_with_what_is_allowed(raw: object, message: str) -> None:
    with pytest.raises(StackError) as caught:
        parse_load(raw)
    assert len(caught.value.problems) == 1
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("value = 0.6", "value = 0"), "assumed.utilisation.value"),
        (("[assumed.hot_share]", "[assumed.cold_share]"), "assumed"),
        (("operations = 200", "operations ="), "found"),
        (("gateway = ", "gatewai = "), "core_ms"),
    ],
)
def test_a_file_of_rates_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(RATES_FILE.read_text().replace(*change))
    with pytest.raises(StackError, match=message):
        read_rates(file)


def test_a_missing_file_of_rates_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"none\.toml: file: found no such file"):
        read_rates(tmp_path / "none.toml")


def test_dearer_rates_ask_for_more(tmp_path: Path) -> None:
    slower = RATES.model_copy(
        update={
            "core_ms": {
                operation: {part: ms * 10 for part, ms in amounts.items()}
                for operation, amounts in RATES.core_ms.items()
            }
        }
    )
    load = Load()
    assert demand_of(load, slower).of(Component.gateway, "cpu") > 9 * demand_of(load, RATES).of(
        Component.gateway, "cpu"
    )
