"""`python -m runtime.embeddings`: serve until SIGTERM."""

from runtime.kit.serving import run
from runtime.kit.settings import read_settings
from runtime.embeddings.application import build
from runtime.embeddings.settings import Settings

if __name__ == "__main__":
    settings = read_settings(Settings)
    run("embeddings", settings, lambda: build(settings))
