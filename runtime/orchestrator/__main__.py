"""`python -m runtime.orchestrator`: serve until SIGTERM."""

from runtime.kit.serving import run
from runtime.kit.settings import read_settings
from runtime.orchestrator.application import build
from runtime.orchestrator.settings import Settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("orchestrator", settings, lambda: build(settings))
