"""Blobs on this machine: a folder."""

from infra.ports.blobs import Blobs
from infra.targets.local.site import Site


def local_blobs(site: Site) -> Blobs:
    """A folder beside the stores' data; the knowledge service creates it on first use."""
    folder = site.home.data / "blobs"
    return Blobs(url=site.root.apply(lambda _: folder.as_uri()))
