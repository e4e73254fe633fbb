"""`python -m runtime.embeddings`: serve until SIGTERM."""

from runtime.embeddings.application import build
from runtime.embeddings.settings import Settings
from runtime.kit.serving import run
from runtime.kit.settings import read_settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("embeddings", settings, lambda: build(settings))
