"""`andamio studio`: the sizing page."""

import json
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from andamio.failure import CommandFailure
from andamio.options import Json
from andamio.studio.server import StudioServer
from stacks.load_model.rates import default_rates, read_rates


def studio(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Loopback port; 0 takes a free one.")] = 3010,
    rates_file: Annotated[
        Path | None, typer.Option("--rates", help="Your own rates (see stacks/load_model/rates.toml).")
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: Json = False,
) -> None:
    """Serve a page on this machine to compare both tiers and a custom size under a load; Ctrl-C ends it.

    Examples: `andamio studio --open` · `andamio studio --port 0 --json`
    """
    rates = read_rates(rates_file) if rates_file else default_rates()
    try:
        server = StudioServer(port, rates)
    except OSError as error:
        raise CommandFailure(f"--port: {port} cannot be used ({error.strerror}); choose another, or 0") from error
    with server:
        if as_json:
            print(json.dumps({"url": server.url}), flush=True)
        else:
            Console(highlight=False).print(f"{server.url}   (Ctrl-C ends it)")
        if open_page:
            webbrowser.open(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
