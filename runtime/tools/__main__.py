"""`python -m runtime.tools`: serve until SIGTERM."""

from runtime.kit.serving import run
from runtime.kit.settings import read_settings
from runtime.tools.application import build
from runtime.tools.settings import Settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("tools", settings, lambda: build(settings))
