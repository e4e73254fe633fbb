"""`andamio size`: from a load to the size that carries it, with the arithmetic."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from andamio.options import Json
from andamio.size_report import choice_data, show_choice
from andamio.stack_text import stack_text
from andamio.target_flags import Context, Region, Target, Zones, target_of
from stacks.load_model.choice import choose_size
from stacks.load_model.load import Load, parse_load
from stacks.load_model.made_to_measure import custom_stack
from stacks.load_model.rates import default_rates, read_rates

_DEFAULT = Load()


RequestsPerS = Annotated[float, typer.Option(help="API requests a second at the peak.")]
Concurrent = Annotated[int, typer.Option("--concurrent", help="Executions at the same time at the peak.")]
ExecutionS = Annotated[float, typer.Option(help="Seconds an execution takes.")]
Tokens = Annotated[int, typer.Option("--tokens", help="Tokens of an execution, read and written.")]
Documents = Annotated[int, typer.Option(help="Documents in the knowledge base.")]
TokensPerDocument = Annotated[int, typer.Option(help="Tokens of a typical document.")]
RetentionDays = Annotated[int, typer.Option(help="Days that executions, metrics and logs are kept.")]
Availability = Annotated[float, typer.Option(help="Percent of the time that it must answer.")]
RatesFile = Annotated[Path | None, typer.Option("--rates", help="Your own rates (see stacks/load_model/rates.toml).")]


def size(
    requests_per_s: RequestsPerS = _DEFAULT.requests_per_s,
    concurrent_executions: Concurrent = _DEFAULT.concurrent_executions,
    execution_s: ExecutionS = _DEFAULT.execution_s,
    tokens_per_execution: Tokens = _DEFAULT.tokens_per_execution,
    documents: Documents = _DEFAULT.documents,
    tokens_per_document: TokensPerDocument = _DEFAULT.tokens_per_document,
    retention_days: RetentionDays = _DEFAULT.retention_days,
    availability: Availability = _DEFAULT.availability_percent,
    rates_file: RatesFile = None,
    target: Target = "local",
    region: Region = None,
    zones: Zones = None,
    context: Context = None,
    as_json: Json = False,
) -> None:
    """Choose the size for a load: minimum, enterprise, or a custom one; every number comes with its arithmetic.

    The rates behind it were measured on two shared cores: see --rates and `andamio size-rates` for your own.

    Examples: `andamio size --requests-per-s 200 --concurrent 300 --documents 50000` ·
    `andamio size --availability 99.9 --target aws --region eu-west-1 --zones eu-west-1a,eu-west-1b,eu-west-1c`
    """
    load = parse_load(
        {
            "requests_per_s": requests_per_s,
            "concurrent_executions": concurrent_executions,
            "execution_s": execution_s,
            "tokens_per_execution": tokens_per_execution,
            "documents": documents,
            "tokens_per_document": tokens_per_document,
            "retention_days": retention_days,
            "availability_percent": availability,
        }
    )
    rates = read_rates(rates_file) if rates_file else default_rates()
    choice = choose_size(load, rates)
    place = target_of(target, region, zones, context)
    chosen = {"tier": choice.tier, "target": place} if choice.tier else custom_stack(choice, place, "production")
    file = stack_text(chosen)
    if as_json:
        print(json.dumps({**choice_data(choice, rates), "stack_file": file}, indent=2))
    else:
        show_choice(choice, rates, file, Console(highlight=False))
