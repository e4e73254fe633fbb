"""Example targets, so that nodes can be shown before a region is chosen."""

from collections.abc import Mapping
from types import MappingProxyType

Target = Mapping[str, object]

EXAMPLES: Mapping[str, Target] = MappingProxyType(
    {
        "local": {"kind": "local"},
        "kubernetes": {"kind": "kubernetes", "context": "my-cluster", "zones": ["zone-a", "zone-b", "zone-c"]},
        "aws": {"kind": "aws", "region": "eu-west-1", "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"]},
        "gcp": {
            "kind": "gcp",
            "region": "europe-west1",
            "zones": ["europe-west1-b", "europe-west1-c", "europe-west1-d"],
        },
        "azure": {"kind": "azure", "region": "westeurope", "zones": [1, 2, 3]},
    }
)
CLOUDS = ("aws", "gcp", "azure")
