"""The compose file: valid by the specification's own schema, hardened, and made of the tables alone."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator
from sizing_rig import AWS, FOLDER, KUBERNETES, LOCAL, document, rendered

from stacks.components import Component
from stacks.derive.postgres import postgres_settings
from stacks.parse import parse

SCHEMA = json.loads((FOLDER / "compose" / "compose-spec.json").read_text())
EXTERNAL = {
    "vectors": {"placement": "external", "endpoint": "https://vectors.example", "secret": "vectorsKey"},
    "embeddings": {"placement": "external", "endpoint": "https://embed.example/v1", "secret": "embedKey"},
    "messages": {"placement": "external", "endpoint": "nats.example:4222", "secret": "natsKey"},
    "cache": {"placement": "external", "endpoint": "cache.example:6379", "secret": "cacheKey"},
    "database": {"placement": "external", "endpoint": "db.example:5432", "secret": "dbKey"},
    "monitoring": {"placement": "off"},
}
STACKS: dict[str, dict[str, object]] = {
    "minimum-local": {"tier": "minimum", "target": LOCAL},
    "enterprise-local": {"tier": "enterprise", "target": LOCAL},
    "enterprise-aws": {"tier": "enterprise", "target": AWS},
    "minimum-kubernetes": {"tier": "minimum", "target": KUBERNETES},
    "all-external": {"tier": "enterprise", "target": KUBERNETES, "components": EXTERNAL},
    "chat-model": {
        "tier": "minimum",
        "target": LOCAL,
        "chat_model": {"url": "https://host/v1", "name": "a$b", "api_key_secret": "chatModelKey"},
    },
}
OURS = ("api-gateway", "orquestador-agentes", "registro-herramientas", "servicio-conocimiento", "servicio-embeddings")


@pytest.mark.parametrize("name", STACKS)
def test_every_stack_renders_to_a_file_the_specifications_schema_accepts(name: str) -> None:
    errors = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document(rendered(STACKS[name])))]
    assert errors == []


@pytest.mark.parametrize("name", ["minimum-local", "enterprise-aws"])
def test_the_rendered_files_are_the_golden_ones(name: str) -> None:
    """To accept a change: andamio render compose --stack <file> -o tests/unit/andamio_sizing/compose/<name>."""
    files = rendered(STACKS[name], name).files
    golden = FOLDER / "compose" / name
    assert {str(path.relative_to(golden)) for path in golden.rglob("*") if path.is_file()} == set(files)
    for file, text in files.items():
        assert text == (golden / file).read_text(), file


def test_the_same_stack_gives_the_same_text() -> None:
    assert rendered(STACKS["enterprise-aws"]).files == rendered(STACKS["enterprise-aws"]).files


def test_the_services_have_the_guides_names_and_replicas() -> None:
    services = document(rendered(STACKS["minimum-local"]))["services"]
    replicas = {name: service["deploy"]["replicas"] for name, service in services.items()}  # type: ignore[index]
    assert replicas == {
        "entrada": 1,
        "api-gateway": 3,
        "orquestador-agentes": 5,
        "registro-herramientas": 3,
        "servicio-conocimiento": 4,
        "servicio-embeddings": 1,
        "migracion": 1,
        "postgres": 1,
        "redis": 1,
        "weaviate": 1,
        "cola-mensajes": 1,
    }


def test_limits_are_one_replicas_share_of_a_service_and_the_whole_row_of_a_store() -> None:
    services = document(rendered(STACKS["minimum-local"]))["services"]
    stack = parse(STACKS["minimum-local"])
    for component in (Component.orchestrator, Component.database):
        share = stack.size(component).replica
        limits = services[component.service_name]["deploy"]["resources"]["limits"]  # type: ignore[index]
        assert limits == {"cpus": f"{share.cpu:g}", "memory": f"{share.memory_mib}M"}


def test_postgres_gets_the_settings_that_follow_from_its_row() -> None:
    command = document(rendered(STACKS["enterprise-local"]))["services"]["postgres"]["command"]
    expected = postgres_settings(parse(STACKS["enterprise-local"]).size(Component.database)).parameters()
    assert isinstance(command, list)
    assert {f"{name}={value}" for name, value in expected.items()} <= set(command)


@pytest.mark.parametrize("name", STACKS)
def test_our_containers_have_no_root_no_writable_disk_and_no_capability(name: str) -> None:
    services = document(rendered(STACKS[name]))["services"]
    for service in (services[name] for name in (*OURS, "migracion") if name in services):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert str(service["user"]).split(":")[0] != "0"
        assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - inside the container


def test_only_the_edge_is_published_and_nobody_reaches_weaviate_without_a_key() -> None:
    services = document(rendered(STACKS["minimum-local"]))["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["entrada"]
    environment = services["weaviate"]["environment"]
    assert isinstance(environment, dict)
    assert environment["AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"] == "false"
    assert environment["AUTHENTICATION_APIKEY_ENABLED"] == "true"


@pytest.mark.parametrize("name", STACKS)
def test_every_image_is_pinned_and_every_long_running_container_is_checked(name: str) -> None:
    for title, service in document(rendered(STACKS[name]))["services"].items():
        picture = str(service["image"]).removesuffix("}")
        assert ":" in picture
        assert not picture.endswith(":latest")
        assert title == "migracion" or "healthcheck" in service


@pytest.mark.parametrize("name", STACKS)
def test_secrets_are_files_and_what_is_used_is_declared(name: str) -> None:
    made = rendered(STACKS[name])
    whole = document(made)
    for service in whole["services"].values():
        used = service.get("secrets", [])
        assert isinstance(used, list)
        assert set(used) <= set(whole["secrets"])
        environment = service.get("environment", {})
        assert isinstance(environment, dict)
        assert not [key for key in environment if key in whole["secrets"]]
    assert set(made.secrets) == set(whole["secrets"])


def test_there_is_no_version_key_and_no_alias() -> None:
    text = rendered(STACKS["enterprise-aws"]).files["compose.yaml"]
    assert "version" not in yaml.safe_load(text)
    assert "&id" not in text
    assert "*id" not in text


def test_what_is_external_is_not_a_container_and_its_credentials_are_brought() -> None:
    made = rendered(STACKS["all-external"])
    services = document(made)["services"]
    assert not {"postgres", "redis", "weaviate", "cola-mensajes", "servicio-embeddings", "stack-monitoreo"} & set(
        services
    )
    knowledge = services["servicio-conocimiento"]["environment"]
    assert isinstance(knowledge, dict)
    assert knowledge["VECTOR_DB_URL"] == "https://vectors.example"
    assert knowledge["EMBEDDING_SERVICE_URL"] == "https://embed.example/v1"
    brought = {
        "DATABASE_URL",
        "MIGRATION_DATABASE_URL",
        "REDIS_URL",
        "NATS_URL",
        "VECTOR_DB_API_KEY",
        "EMBEDDING_API_KEY",
    }
    assert brought <= set(made.brought)


def test_a_dollar_sign_of_the_stack_is_no_variable() -> None:
    environment = document(rendered(STACKS["chat-model"]))["services"]["orquestador-agentes"]["environment"]
    assert isinstance(environment, dict)
    assert environment["CHAT_MODEL_NAME"] == "a$$b"


def test_what_the_pattern_cannot_carry_over_is_said() -> None:
    notes = " ".join(rendered(STACKS["enterprise-aws"]).notes)
    assert "no standby of database, vectors, cache, messages, monitoring" in notes
    assert "managed by the cloud in the stack: database, cache" in notes


@pytest.mark.parametrize("component", list(Component))
@pytest.mark.parametrize("field", ["cpu", "memory_gib", "storage_gib", "network_gbps"])
def test_a_changed_size_changes_the_file(component: Component, field: str) -> None:
    target = dict(KUBERNETES)
    plain: dict[str, object] = {"tier": "enterprise", "target": target}
    before = rendered(plain)
    value = getattr(parse(plain).size(component), field) * 1.5
    changed = rendered({**plain, "components": {component.value: {field: value}}})
    assert changed.files["compose.yaml"] != before.files["compose.yaml"]
