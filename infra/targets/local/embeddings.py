"""The embedding service on this machine: a process of its own, so that it cannot starve an API's event loop."""

from infra.ports.embeddings import Embeddings
from infra.ports.service import Runner, ServiceSpec
from infra.targets.local.site import Site
from stacks.components import Component
from stacks.derive.runtime import runtime_settings


def local_embeddings(site: Site, runner: Runner) -> Embeddings:
    """Start the service; its URL is known once the model is loaded."""
    api_key = site.secret("embeddings")
    settings = runtime_settings(site.sizes[Component.orchestrator], site.sizes[Component.embeddings])
    service = runner.run(
        ServiceSpec(
            component=Component.embeddings,
            module="runtime.embeddings",
            environment={"OMP_NUM_THREADS": str(settings.embedding_threads)},
            secrets={"EMBEDDING_API_KEY": api_key},
        )
    )
    return Embeddings(url=service.url.apply(lambda url: f"{url}/v1"), api_key=api_key)
