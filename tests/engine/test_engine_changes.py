"""The life of a stack on the real engine: up, again, a change, a loss, by hand, down, and up again."""

import json
from pathlib import Path

import httpx
import psutil
import pytest

from infra.targets.local.provider import supervisor
from tests.local_stack import NAME, LocalStack, eventually_gone, free_ports

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def stack(own_stack: LocalStack) -> LocalStack:
    own_stack.run("up")
    return own_stack


def changes(stack: LocalStack) -> dict[str, int]:
    return dict(json.loads(stack.run("preview", "--json").stdout)["changes"])


def test_an_up_ends_with_everything_ready(stack: LocalStack) -> None:
    status = stack.status()
    assert status["healthy"] is True
    assert status["missing"] == []


def test_a_second_up_changes_nothing_and_restarts_nothing(stack: LocalStack) -> None:
    before = stack.pids()
    assert set(changes(stack)) == {"same"}
    stack.run("up")
    assert stack.pids() == before


def test_a_changed_port_restarts_only_the_programs_that_use_it(stack: LocalStack) -> None:
    before = stack.pids()
    (stack.ports["messages_monitor"],) = free_ports(1)
    stack.write()
    stack.run("up")
    after = stack.pids()
    assert after["messages"] != before["messages"]
    assert without(after, "messages") == without(before, "messages")
    assert stack.status()["healthy"] is True


def test_a_program_that_was_stopped_is_noticed_and_started_again(stack: LocalStack) -> None:
    before = stack.pids()
    with supervisor.connect(stack.home) as rpc:
        rpc.stopProcessGroup("tools")
    assert stack.status()["healthy"] is False
    stack.run("up")
    after = stack.pids()
    assert after["tools"] != before["tools"]
    assert without(after, "tools") == without(before, "tools")
    assert stack.status()["healthy"] is True


def test_no_generated_secret_is_in_the_state_a_log_a_command_or_the_supervisors_files(stack: LocalStack) -> None:
    secrets = stack.secrets()
    assert len(secrets) >= 10
    readable = [*files(stack.folder / "state" / "state"), *files(stack.home.logs), *stack.home.programs.glob("*.ini")]
    readable += [stack.home.supervisor_configuration, stack.configuration, stack.file]
    found = [
        f"{name} in {path}"
        for path in readable
        for name, value in secrets.items()
        if value.encode() in path.read_bytes()
    ]
    processes = [process for process in psutil.process_iter(["cmdline"]) if process.info["cmdline"]]
    found += [
        f"{name} in the arguments of {process}"
        for process in processes
        for name, value in secrets.items()
        if any(value in argument for argument in process.info["cmdline"])
    ]
    assert found == []


def test_every_file_that_holds_a_secret_is_private(stack: LocalStack) -> None:
    values = [value.encode() for value in stack.secrets().values()]
    holders = [path for path in files(stack.home.root) if any(value in path.read_bytes() for value in values)]
    assert len(holders) > len(values)
    assert [path for path in holders if path.stat().st_mode & 0o077] == []


def test_by_hand_pulumi_finds_nothing_to_change(stack: LocalStack) -> None:
    preview = stack.pulumi("preview", "--stack", NAME, "--config-file", str(stack.configuration), "--expect-no-changes")
    assert "unchanged" in preview.stdout


def test_by_hand_a_bad_setting_is_one_line_without_a_traceback(stack: LocalStack) -> None:
    bad = stack.folder / "Pulumi.bad.yaml"
    bad.write_text(stack.configuration.read_text().replace("tier: minimum", "tier: minimun"))
    refused = stack.pulumi("preview", "--stack", NAME, "--config-file", str(bad), code=None)
    printed = refused.stdout + refused.stderr
    assert refused.returncode != 0
    assert "Traceback" not in printed
    complaints = {line.strip() for line in printed.splitlines() if line.strip().startswith("error:")}
    assert complaints == {
        "error: tier: found 'minimun'; allowed: minimum or enterprise or custom. Did you mean minimum?"
    }


def test_by_hand_a_destroy_leaves_no_process_and_an_up_brings_back_secrets_and_data(stack: LocalStack) -> None:
    kept = stack.secrets()
    key = stack.run("env", "--api-key").stdout.strip()
    url = f"http://127.0.0.1:{stack.ports['gateway']}"
    headers = {"Authorization": f"Bearer {key}"}
    made = httpx.post(f"{url}/v1/agents", json={"name": "kept"}, headers=headers, timeout=30)
    assert made.status_code == 201, made.text
    by_hand = ("--stack", NAME, "--config-file", str(stack.configuration), "--yes", "--skip-preview")

    stack.pulumi("destroy", *by_hand)
    assert eventually_gone(stack.processes) == []
    assert stack.status()["healthy"] is False

    stack.pulumi("up", *by_hand)
    assert stack.secrets() == kept
    agents = httpx.get(f"{url}/v1/agents", headers=headers, timeout=30).json()["agents"]
    assert [agent["name"] for agent in agents] == ["kept"]
    assert stack.status()["healthy"] is True


def without(pids: dict[str, list[int]], name: str) -> dict[str, list[int]]:
    return {component: found for component, found in pids.items() if component != name}


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
