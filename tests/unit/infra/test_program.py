"""The program on a recorded engine: what is secret, where things listen, and what waits for what."""

from dataclasses import dataclass, field
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.rpc import is_rpc_secret

from stacks.parse import parse

SECRET = "generated-"


@dataclass
class Recorder(Mocks):
    """Every resource in the order of its registration."""

    resources: dict[str, MockResourceArgs] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, object]]:
        self.resources[args.name] = args
        self.order.append(args.name)
        outputs = dict(args.inputs)
        outputs["digest"] = f"digest-{args.name}"
        if args.typ.endswith(":Secret"):
            # as the engine does for an additional secret output
            outputs["value"] = pulumi.Output.secret(f"{SECRET}{args.name}")
        return f"{args.name}-id", outputs

    def call(self, args: MockCallArgs) -> dict[str, object]:
        raise AssertionError(f"the program calls {args.token}")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorder, dict[str, bool]]:
    """The resources of the minimum tier, and of each output whether it is secret."""
    from infra.program import build

    recorder = Recorder()
    pulumi.runtime.set_mocks(recorder, project="andamio", stack="minimum-local", preview=False)
    folder = tmp_path_factory.mktemp("program")
    stack = parse({"tier": "minimum", "target": {"kind": "local", "state_dir": str(folder)}}, "test")
    secret: dict[str, bool] = {}

    @pulumi.runtime.test
    def run() -> "pulumi.Output[None]":
        outputs = build(stack, "minimum-local")

        async def note() -> None:
            for name, value in outputs.items():
                secret[name] = await pulumi.Output.from_input(value).is_secret()

        return pulumi.Output.from_input(note())

    run()
    return recorder, secret


def plain(value: object) -> object:
    """``value`` with every secret in it opened."""
    if is_rpc_secret(value):
        return plain(value["value"])  # type: ignore[index]
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def programs(recorder: Recorder) -> dict[str, MockResourceArgs]:
    """The processes and jobs by their names."""
    return {name: args for name, args in recorder.resources.items() if args.typ.endswith((":Process", ":Job"))}


def test_every_component_runs_under_the_supervisor(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    found = programs(recorded[0])
    assert set(found) == {
        "database-init", "database", "database-roles", "migration", "cache", "messages", "vectors", "embeddings",
        "orchestrator", "tools", "knowledge", "gateway",
    }  # fmt: skip


def test_a_generated_secret_reaches_a_program_only_as_a_secret(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    holders = 0
    for name, args in programs(recorded[0]).items():
        for key, value in args.inputs.items():
            if SECRET in str(plain(value)):
                holders += 1
                assert is_rpc_secret(value) or all(
                    is_rpc_secret(entry) or SECRET not in str(entry) for entry in value.values()
                ), f"{key} of {name} holds a secret in the open"
    assert holders >= 8


def test_no_secret_is_in_a_command(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    commands = {name: str(plain(args.inputs["command"])) for name, args in programs(recorded[0]).items()}
    assert [name for name, command in commands.items() if SECRET in command] == []


def test_the_api_key_is_the_only_secret_output(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    assert {name for name, secret in recorded[1].items() if secret} == {"api_key"}


def test_no_program_is_told_to_listen_on_every_interface(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    for name, args in programs(recorded[0]).items():
        text = str(plain({key: args.inputs.get(key) for key in ("command", "environment", "files")}))
        assert "0.0.0.0" not in text, name  # noqa: S104 - that it is not there is the point
        assert "'*'" not in text, name


def test_the_services_wait_for_the_migration_and_the_gateway_for_them(
    recorded: tuple[Recorder, dict[str, bool]],
) -> None:
    at = {name: number for number, name in enumerate(recorded[0].order)}
    assert at["database-init"] < at["database"] < at["database-roles"] < at["migration"]
    for service in ("orchestrator", "tools", "knowledge"):
        assert at["migration"] < at[service] < at["gateway"]
    assert at["vectors"] < at["knowledge"]
    assert at["embeddings"] < at["knowledge"]


def test_building_the_program_touches_no_file(recorded: tuple[Recorder, dict[str, bool]]) -> None:
    root = plain(recorded[0].resources["supervisor"].inputs["root"])
    assert not Path(str(root)).exists()
