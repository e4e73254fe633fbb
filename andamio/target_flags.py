"""The flags that say where a stack goes, and what they come to in its file."""

from typing import Annotated, Literal

import typer

from andamio.failure import BadInput

TargetKind = Literal["local", "kubernetes", "aws", "gcp", "azure"]

Target = Annotated[TargetKind, typer.Option("--target", help="Where the stack goes.")]
Region = Annotated[str | None, typer.Option("--region", help="Region of a cloud, e.g. eu-west-1.")]
Zones = Annotated[
    str | None, typer.Option("--zones", help="Zones, separated by commas, e.g. eu-west-1a,eu-west-1b,eu-west-1c.")
]
Context = Annotated[str | None, typer.Option("--context", help="Context of the kubeconfig, for kubernetes.")]


def target_of(kind: TargetKind, region: str | None, zones: str | None, context: str | None) -> dict[str, object]:
    """The value of `target` in a stack file. Raises BadInput for a flag that the target does not have or lacks."""
    given = {"--region": region, "--zones": zones, "--context": context}
    has = {"local": (), "kubernetes": ("--context", "--zones")}.get(kind, ("--region", "--zones"))
    needs = {"local": (), "kubernetes": ("--context",)}.get(kind, ("--region", "--zones"))
    for flag, value in given.items():
        if value is not None and flag not in has:
            raise BadInput(f"{flag}: found {value!r}; allowed: nothing with --target {kind}. Remove {flag}.")
        if value is None and flag in needs:
            raise BadInput(f"{flag}: found nothing; needed with --target {kind}. Add {flag}.")
    target: dict[str, object] = {"kind": kind}
    if region:
        target["region"] = region
    if context:
        target["context"] = context
    if zones:
        names = [zone.strip() for zone in zones.split(",") if zone.strip()]
        # Azure's zones are numbers.
        target["zones"] = [int(zone) if kind == "azure" and zone.isdigit() else zone for zone in names]
    return target
