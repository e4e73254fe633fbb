"""`andamio demo`: the platform at work on real documents."""

import json
import time
from pathlib import Path

from rich.console import Console
from rich.panel import Panel

from andamio.engine import open_engine
from andamio.failure import CommandFailure
from andamio.gateway import Execution, Gateway
from andamio.options import DEFAULT_STACK, Json, StackName
from andamio.project import ROOT, open_stack

_AGENT = "demo"
_DOCUMENTS = ("docs/**/*.md", "*.md")
_QUESTIONS = (
    "What share of the memory does PostgreSQL get for shared_buffers?",
    "Why does Weaviate listen on loopback only?",
    "How do I stop the platform without losing its data?",
    "¿Cuántas réplicas tiene el orquestador de agentes?",
    "¿Qué objetivo de disponibilidad tiene el despliegue?",
    "¿Qué límite de solicitudes por minuto tiene la entrada?",
)


def demo(stack: StackName = DEFAULT_STACK, as_json: Json = False) -> None:
    """Ingest the guide and the project's documents, ask in English and Spanish, print answers with citations.

    Examples: `andamio demo` · `andamio demo --json`
    """
    console = Console(stderr=as_json)
    outputs = open_engine(open_stack(stack)).outputs()
    if "addresses" not in outputs:
        raise CommandFailure(f"{stack} is not up: run `andamio up {stack}` first")
    with Gateway.connect(outputs["addresses"].value["gateway"], outputs["api_key"].value) as gateway:
        _ingest(gateway, console)
        agent = gateway.agent(_AGENT)
        answers = [(question, _ask(gateway, agent, question, console)) for question in _QUESTIONS]
    if as_json:
        print(json.dumps([{"question": q, **answer.model_dump()} for q, answer in answers], indent=2))
    else:
        for question, answer in answers:
            _show(question, answer, console)
    failed = [question for question, answer in answers if answer.status != "completed"]
    if failed:
        raise CommandFailure(
            f"{len(failed)} of {len(answers)} questions were not answered: `andamio logs orchestrator`"
        )


def _ingest(gateway: Gateway, console: Console) -> None:
    files = sorted({path for pattern in _DOCUMENTS for path in ROOT.glob(pattern)})
    for path in files:
        began = time.monotonic()
        category = "guide" if "guide" in path.parts else "project"
        with console.status(f"ingesting {_title(path)}"):
            new = gateway.ingest(_title(path), path.read_text(), category)
        what = "ingested" if new else "already there"
        console.print(f"  {_title(path)} [dim]{what} {time.monotonic() - began:.2f} s[/]", highlight=False)


def _ask(gateway: Gateway, agent: str, question: str, console: Console) -> Execution:
    with console.status(f"asking: {question}"):
        return gateway.ask(agent, question)


def _title(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _show(question: str, answer: Execution, console: Console) -> None:
    sources = "\n".join(f"[{c.index}] {c.title} · {c.section} (score {c.score:.2f})" for c in answer.citations)
    timings = answer.timings
    text = f"{answer.answer or answer.error}\n\n{sources}"
    note = f"{answer.model}{', simulated' if answer.simulated else ''} · total {timings.total_s or 0:.2f} s"
    console.print(Panel(text, title=question, subtitle=note), markup=False, highlight=False)
