"""`python -m runtime.knowledge`: serve until SIGTERM."""

from runtime.kit.serving import run
from runtime.kit.settings import read_settings
from runtime.knowledge.application import build
from runtime.knowledge.settings import Settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("knowledge", settings, lambda: build(settings))
