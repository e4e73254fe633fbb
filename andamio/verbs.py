"""The table of verbs: name → function, a file each."""

import typer

from andamio.demo import demo
from andamio.destroy import destroy
from andamio.diff_tier import diff_tier
from andamio.doctor import doctor
from andamio.env import env
from andamio.explain import explain
from andamio.init import init
from andamio.logs import logs
from andamio.preview import preview
from andamio.render.verb import render
from andamio.size import size
from andamio.size_rates import size_rates
from andamio.status import status
from andamio.studio.verb import studio
from andamio.tiers import tiers
from andamio.up import up
from andamio.validate import validate

_VERBS = (
    doctor,
    tiers,
    size,
    size_rates,
    init,
    validate,
    explain,
    diff_tier,
    studio,
    preview,
    up,
    status,
    logs,
    demo,
    destroy,
    env,
)


def register(app: typer.Typer) -> None:
    """Add every verb to ``app`` under its function's name, with dashes."""
    for verb in _VERBS:
        app.command(verb.__name__.replace("_", "-"))(verb)
    app.add_typer(render, name="render")
