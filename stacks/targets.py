"""Where a stack is built. One model a target; `kind` tells them apart."""

from typing import Annotated, TypeAlias

from pydantic import Field

from stacks.cluster_targets import AwsTarget, AzureTarget, GcpTarget, KubernetesTarget
from stacks.local_target import MOST_MEMORY_SHARE, LocalPorts, LocalTarget

__all__ = [
    "MOST_MEMORY_SHARE",
    "AwsTarget",
    "AzureTarget",
    "CloudTarget",
    "GcpTarget",
    "KubernetesTarget",
    "LocalPorts",
    "LocalTarget",
    "Target",
]

CloudTarget: TypeAlias = AwsTarget | GcpTarget | AzureTarget
Target: TypeAlias = Annotated[
    LocalTarget | KubernetesTarget | AwsTarget | GcpTarget | AzureTarget, Field(discriminator="kind")
]
