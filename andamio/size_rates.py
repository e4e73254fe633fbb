"""`andamio size-rates`: measure what one operation costs on a running stack, for `andamio size --rates`."""

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import psutil
import typer
from rich.console import Console

from andamio.engine import open_engine
from andamio.failure import CommandFailure
from andamio.gateway import Gateway
from andamio.options import DEFAULT_STACK, StackName
from andamio.project import NamedStack, open_stack
from andamio.status import report

Amounts = Mapping[str, float]

_IDLE_S = 20.0
# The gateway allows 100 requests a minute for each credential and client address.
_REQUESTS_AN_ADDRESS = 60
_REQUESTS_AN_EXECUTION = 4
_PATHS = ("/v1/agents", "/v1/documents", "/v1/tools")
_SENTENCE = (
    "Replica {number} of the service keeps its documents, and an engineer reads about them in chapter {chapter}. "
)
_SENTENCES_A_DOCUMENT = 80
_QUESTION = "What does an engineer read about replica {number}?"
# The runtime cuts a document into chunks of 1,200 characters that overlap by 160.
_CHUNK_STEP_CHARS = 1040


def size_rates(
    stack: StackName = DEFAULT_STACK,
    operations: Annotated[
        int, typer.Option("--operations", "-n", min=20, max=5000, help="How many of each kind.")
    ] = 200,
) -> None:
    """Measure processor time and disk of each operation on a running local stack; print the file's measured part.

    It adds documents and executions to the stack, so use one that may be thrown away. Linux only.

    Examples: `andamio size-rates > measured.toml` · `andamio size-rates minimum-local -n 500`
    """
    named, console = open_stack(stack), Console(stderr=True)
    outputs = open_engine(named).outputs()
    if "addresses" not in outputs:
        raise CommandFailure(f"{stack} is not up: run `andamio up {stack}` first")
    url, key = outputs["addresses"].value["gateway"], outputs["api_key"].value
    with console.status("idle"):
        idle = _per_second(named)
    measured: dict[str, dict[str, float]] = {}
    documents = max(10, operations // 4)
    chunks = documents * len(_document(0)) / _CHUNK_STEP_CHARS
    kinds: tuple[tuple[str, int, float, Callable[[int], None]], ...] = (
        ("request", operations, operations, lambda number: _request(url, key, number)),
        ("chunk", documents, chunks, lambda number: _ingest(url, key, number)),
        ("execution", operations, operations, lambda number: _execute(url, key, number)),
    )
    for name, count, units, operation in kinds:
        disk, began, before = _disk(named), time.monotonic(), _cpu_s(named)
        with console.status(f"{count} times {name}"):
            for number in range(count):
                operation(number)
        took, after = time.monotonic() - began, _cpu_s(named)
        spent = {part: (after[part] - before[part] - idle[part] * took) * 1000 / units for part in before}
        measured[f"core_ms.{name}"] = {part: max(0.0, value) for part, value in spent.items()}
        grown = {part: (size - disk[part]) / units for part, size in _disk(named).items()}
        measured[f"disk_bytes.{name}"] = {part: value for part, value in grown.items() if value > 0}
    measured["idle_mib"] = _resident_mib(named)
    print(_toml(operations, measured))


def _request(url: str, key: str, number: int) -> None:
    with _client(url, key, number // _REQUESTS_AN_ADDRESS) as client:
        answer = client.get(_PATHS[number % len(_PATHS)])
    if answer.is_error:
        raise CommandFailure(f"{answer.request.url} answered {answer.status_code}; nothing was measured")


def _ingest(url: str, key: str, number: int) -> None:
    with Gateway(_client(url, key, 100 + number // _REQUESTS_AN_ADDRESS)) as gateway:
        gateway.ingest(f"measurement {time.time_ns()}", _document(number), "measurement")


def _execute(url: str, key: str, number: int) -> None:
    with Gateway(_client(url, key, 150 + number * _REQUESTS_AN_EXECUTION // _REQUESTS_AN_ADDRESS)) as gateway:
        answer = gateway.ask(gateway.agent("measurement"), _QUESTION.format(number=number))
    if answer.status != "completed":
        raise CommandFailure(f"an execution ended as {answer.status}; nothing was measured")


def _client(url: str, key: str, address: int) -> httpx.Client:
    """A client with a source address of its own, 127.0.x.y, so that the rate limit sees several clients."""
    transport = httpx.HTTPTransport(local_address=f"127.0.{1 + address // 250}.{1 + address % 250}")
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, transport=transport, timeout=60)


def _document(number: int) -> str:
    return "".join(_SENTENCE.format(number=number, chapter=chapter) for chapter in range(_SENTENCES_A_DOCUMENT))


def _per_second(named: NamedStack) -> Amounts:
    began, before = time.monotonic(), _cpu_s(named)
    time.sleep(_IDLE_S)
    took, after = time.monotonic() - began, _cpu_s(named)
    return {part: (after[part] - before[part]) / took for part in before}


def _cpu_s(named: NamedStack) -> dict[str, float]:
    """Seconds of one core that each component's processes have used, with those of children that ended."""
    spent: dict[str, float] = {}
    for program in report(named).programs:
        root = psutil.Process(program.pid)
        times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
        total = sum(part.user + part.system for part in times) + times[0].children_user + times[0].children_system
        spent[program.component] = spent.get(program.component, 0.0) + total
    if not spent:
        raise CommandFailure(f"{named.name} does not run on this machine: run `andamio up {named.name}` first")
    return spent


def _resident_mib(named: NamedStack) -> dict[str, float]:
    programs = report(named).programs
    return {
        program.component: max(p.memory_mib for p in programs if p.component == program.component)
        for program in programs
    }


def _disk(named: NamedStack) -> dict[str, float]:
    """Bytes of each store's data; PostgreSQL's without its write-ahead log, which is recycled."""
    data = named.home / "data"
    folders = {
        "database": data / "accounts",
        "knowledge": data / "blobs",
        "vectors": data / "vectors",
        "messages": data / "messages",
    }
    return {part: float(sum(_bytes(folder))) for part, folder in folders.items()}


def _bytes(folder: Path) -> list[int]:
    found = []
    for root, _, names in os.walk(folder):
        if "pg_wal" in Path(root).parts:
            continue
        for name in names:
            try:
                found.append((Path(root) / name).stat().st_blocks * 512)
            except FileNotFoundError:
                continue  # the store has replaced it meanwhile
    return found


def _toml(operations: int, measured: Mapping[str, Amounts]) -> str:
    cores = os.cpu_count() or 1
    lines = [
        "[measurement]",
        f"machine = {json.dumps(f'{cores} cores')}",
        f'date = "{datetime.now(UTC):%Y-%m-%d}"',
        f"operations = {operations}",
    ]
    for table, amounts in measured.items():
        lines += ["", f"[{table}]", *(f"{part} = {value:.3g}" for part, value in sorted(amounts.items()))]
    return "\n".join(lines)
