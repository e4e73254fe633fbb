"""One table states the sizes: change a cell and everything changes; nothing else states one."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from andamio.render.compose import render_compose
from andamio.render.plan import ComposePlan
from stacks.components import Component
from stacks.explain import explain
from stacks.json_schema import schema_text
from stacks.parse import parse
from stacks.reference.sizes import sizes_page
from stacks.scale import scale_to_machine
from stacks.sizes import ComponentSize
from stacks.tiers import TIERS, Tier, TierName, derived_max_replicas

ROOT = Path(__file__).parents[3]
FIELDS = ("cpu", "memory_gib", "storage_gib", "storage_class", "network_gbps", "replicas", "zones")
CELLS = [(tier, component, field) for tier in TIERS for component in Component for field in FIELDS]


def explained(tier: TierName) -> str:
    target = {"kind": "kubernetes", "context": "c", "zones": ["a", "b", "c"]}
    return "\n".join(map(str, explain(parse({"tier": tier, "target": target}))))


def page(tier: TierName) -> str:
    return sizes_page()


def composed(tier: TierName) -> str:
    stack = parse({"tier": tier, "target": {"kind": "kubernetes", "context": "c", "zones": ["a", "b", "c"]}})
    return render_compose(ComposePlan("a-stack", stack)).files["compose.yaml"]


# What shows sizes; each rendering of a tier that is added must change with every cell too.
RENDERINGS: Mapping[str, Callable[[TierName], str]] = {
    "explain": explained,
    "docs/reference/sizes.md": page,
    "compose.yaml": composed,
}


def mutated(size: ComponentSize, component: Component, field: str) -> ComponentSize:
    if field == "storage_class":
        return size.model_copy(update={field: "premium"})
    if field == "zones":
        return size.model_copy(update={field: 2 if size.zones != 2 else 3})
    if field == "replicas":
        replicas = size.replicas + 1
        return size.model_copy(update={field: replicas, "max_replicas": derived_max_replicas(component, replicas)})
    return size.model_copy(update={field: getattr(size, field) + 1})


def with_cell(tier: TierName, component: Component, field: str) -> dict[TierName, Tier]:
    sizes = {**TIERS[tier].sizes, component: mutated(TIERS[tier].sizes[component], component, field)}
    return {**TIERS, tier: Tier(name=tier, sizes=sizes)}


def use_tiers(monkeypatch: pytest.MonkeyPatch, tiers: Mapping[TierName, Tier]) -> None:
    """Replace the table in every module that has imported it."""
    for module in list(sys.modules.values()):
        if getattr(module, "TIERS", None) is TIERS:
            monkeypatch.setattr(module, "TIERS", tiers)


@pytest.fixture(scope="module")
def before() -> dict[tuple[str, TierName], str]:
    return {(name, tier): render(tier) for name, render in RENDERINGS.items() for tier in TIERS}


@pytest.mark.parametrize(("tier", "component", "field"), CELLS)
def test_a_changed_cell_changes_everything_that_shows_sizes(
    monkeypatch: pytest.MonkeyPatch,
    before: dict[tuple[str, TierName], str],
    tier: TierName,
    component: Component,
    field: str,
) -> None:
    use_tiers(monkeypatch, with_cell(tier, component, field))
    for name, render in RENDERINGS.items():
        assert render(tier) != before[name, tier], name


# Which settings of which server follow from which cell; `replica` and `pod` follow for every component.
FOLLOWS = [
    (Component.database, "memory_gib", "postgres.shared_buffers_mib"),
    (Component.database, "memory_gib", "postgres.work_mem_mib"),
    (Component.cache, "memory_gib", "valkey.maxmemory_mib"),
    (Component.messages, "memory_gib", "nats.max_memory_mib"),
    (Component.messages, "storage_gib", "nats.max_file_mib"),
    (Component.vectors, "memory_gib", "weaviate.vector_capacity"),
    (Component.vectors, "cpu", "weaviate.gomaxprocs"),
    (Component.monitoring, "storage_gib", "prometheus.retention_size_mib"),
    (Component.monitoring, "memory_gib", "prometheus.series_capacity"),
    (Component.logging, "storage_gib", "logs.retention_size_mib"),
    (Component.gateway, "cpu", "gateway.total_per_minute"),
    (Component.orchestrator, "cpu", "runtime.worker_slots"),
    (Component.gateway, "replicas", "components.gateway.autoscaling.max_replicas"),
    (Component.messages, "replicas", "components.messages.disruption.min_available"),
    (Component.knowledge, "memory_gib", "namespace.quota.request_memory_mib"),
    (Component.vectors, "memory_gib", "namespace.limit_range.max_memory_mib"),
]


@pytest.mark.parametrize(("component", "field", "key"), FOLLOWS)
def test_a_derived_setting_follows_its_cell(
    monkeypatch: pytest.MonkeyPatch, component: Component, field: str, key: str
) -> None:
    target = {"kind": "kubernetes", "context": "c", "zones": ["a", "b", "c"]}
    stack = parse({"tier": "minimum", "target": target})
    old = {entry.key: entry.value for entry in explain(stack)}
    use_tiers(monkeypatch, with_cell("minimum", component, field))
    new = {entry.key: entry.value for entry in explain(stack)}
    assert new[key] != old[key]


@pytest.mark.parametrize("field", ["cpu", "memory_gib", "storage_gib", "replicas"])
def test_editors_say_the_cells_on_hover(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    old = schema_text()
    use_tiers(monkeypatch, with_cell("enterprise", Component.cache, field))
    assert schema_text() != old


SIZE_KEYS = re.compile(r"(.*_)?(cpu|cores|replicas|zones|network_gbps|memory_(gib|mib)|storage_(gib|mib))$")
SIZE_WORDS = re.compile(r"\d(?:[\d.,]*\d)? ?(?:[GT]i?B?|Mi|cores?|núcleos|v?CPUs?|Gbps|Gbit/s)\b")


def python_sizes(path: Path) -> Iterator[str]:
    """Numbers given to a name that is a size, and texts (not docstrings) that state one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        named: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.keyword) and node.arg:
            named = [(node.arg, node.value)]
        elif isinstance(node, ast.Dict):
            named = [
                (str(key.value), value)
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            ]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from (f"{node.lineno}: {match[0]}" for match in SIZE_WORDS.finditer(node.value))
        yield from (f"{value.lineno}: {name}={value.value!r}" for name, value in _stated(named))


def _stated(named: list[tuple[str, ast.expr | None]]) -> Iterator[tuple[str, ast.Constant]]:
    for name, value in named:
        if not isinstance(value, ast.Constant) or type(value.value) not in (int, float):
            continue
        # One replica is no size: a job runs once, and where nothing replicates a store there is one.
        if SIZE_KEYS.fullmatch(name) and (name, value.value) != ("replicas", 1):
            yield name, value


def test_the_search_for_stated_sizes_finds_them(tmp_path: Path) -> None:
    path = tmp_path / "sample.py"
    path.write_text(
        '"""16 GiB in prose."""\nf(memory_gib=16)\ng = {"replicas": 3}\nh = "limit 4Gi"\ni = f(cpu=size.cpu)\n'
    )
    assert sorted(python_sizes(path)) == ["2: memory_gib=16", "3: replicas=3", "4: 4Gi"]


@pytest.mark.parametrize("package", ["infra", "andamio"])
def test_no_code_outside_the_table_states_a_size(package: str) -> None:
    found = {
        str(path.relative_to(ROOT)): sizes
        for path in sorted((ROOT / package).rglob("*.py"))
        if (sizes := list(python_sizes(path)))
    }
    assert found == {}


def test_no_page_template_outside_the_table_states_a_size() -> None:
    templates = [path for kind in ("*.html", "*.js", "*.yaml", "*.j2") for path in (ROOT / "andamio").rglob(kind)]
    found = {path.name: SIZE_WORDS.findall(path.read_text(encoding="utf-8")) for path in templates}
    assert {name: sizes for name, sizes in found.items() if sizes} == {}


def test_documents_that_say_what_a_tier_asks_say_what_the_table_says() -> None:
    said = re.compile(r"(minimum|enterprise) tier\s+asks\s+([\d.]+) cores and ([\d.]+) GiB")
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    claims = {(path.name, *found) for path in documents for found in said.findall(path.read_text(encoding="utf-8"))}
    assert claims
    for _, tier, cores, gib in claims:
        line = scale_to_machine(parse({"tier": tier, "target": {"kind": "local"}}), 64, 1024).line
        assert f"asks {cores} cores and {gib} GiB" in line
