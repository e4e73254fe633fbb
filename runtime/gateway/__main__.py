"""`python -m runtime.gateway`: serve until SIGTERM."""

from runtime.gateway.application import build
from runtime.gateway.settings import Settings
from runtime.kit.serving import run
from runtime.kit.settings import read_settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("gateway", settings, lambda: build(settings))
