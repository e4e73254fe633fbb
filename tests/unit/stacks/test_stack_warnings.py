"""What is allowed but unwise is said loudly, each thing once, with its mend."""

from hypothesis import given
from stack_strategies import cluster_stacks

from stacks.parse import parse
from stacks.schema import Stack
from stacks.warning import StackWarning, stack_warnings

AWS = {"kind": "aws", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]}


def warnings_of(tier: str, **changes: object) -> dict[str, StackWarning]:
    found = stack_warnings(parse({"tier": tier, "target": AWS, **changes}))
    assert len({warning.key for warning in found}) == len(found)
    return {warning.key: warning for warning in found}


def test_the_enterprise_tier_on_three_zones_has_nothing_to_warn_of() -> None:
    assert warnings_of("enterprise") == {}


def test_the_minimum_tier_in_production_is_one_warning_that_names_the_stores() -> None:
    warnings = warnings_of("minimum")
    assert list(warnings) == ["tier"]
    assert "database, vectors, cache, messages, monitoring, logging run once" in warnings["tier"].text


def test_the_minimum_tier_for_development_is_wise() -> None:
    assert warnings_of("minimum", environment="dev") == {}


def test_production_on_one_machine_is_warned_of() -> None:
    warnings = warnings_of("enterprise", target={"kind": "local"})
    assert list(warnings) == ["target.kind"]


def test_a_single_replica_in_production_is_named_with_its_mend() -> None:
    components = {"cache": {"replicas": 1, "zones": 1}}
    warnings = warnings_of("custom", **{"from": "enterprise", "components": components})
    assert "Set components.cache.replicas to 2 or more." in str(warnings["components.cache.replicas"])


def test_replicas_that_may_all_be_in_one_zone_are_warned_of() -> None:
    assert list(warnings_of("enterprise", components={"gateway": {"zones": 1}})) == ["components.gateway.zones"]


def test_an_override_below_half_of_the_tier_is_warned_of_and_one_of_half_is_not() -> None:
    assert list(warnings_of("enterprise", components={"cache": {"memory_gib": 7.9}})) == ["components.cache.memory_gib"]
    assert warnings_of("enterprise", components={"cache": {"memory_gib": 8}}) == {}


def test_replicas_that_leave_each_hardly_more_than_an_idle_one_needs_are_warned_of() -> None:
    warnings = warnings_of("minimum", environment="dev", components={"gateway": {"replicas": 25}})
    assert "163 MiB each" in warnings["components.gateway.replicas"].text


def test_production_without_monitoring_is_warned_of_and_an_external_one_is_not() -> None:
    off = warnings_of("enterprise", components={"monitoring": {"placement": "off"}})
    assert list(off) == ["components.monitoring.placement"]
    external = {"placement": "external", "endpoint": "https://metrics.example.org", "secret": "metricsToken"}
    assert warnings_of("enterprise", components={"monitoring": external}) == {}


def test_metrics_that_would_not_last_are_warned_of() -> None:
    warnings = warnings_of("enterprise", components={"monitoring": {"storage_gib": 10, "memory_gib": 1}})
    assert "days of metrics" in warnings["components.monitoring.storage_gib"].text
    assert "series" in warnings["components.monitoring.memory_gib"].text


@given(cluster_stacks)
def test_every_valid_stack_can_be_warned_about_on_single_printable_lines(stack: Stack) -> None:
    assert all(str(warning).isprintable() and warning.mend for warning in stack_warnings(stack))
