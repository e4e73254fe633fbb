"""What runs on every node, or once in a cluster, beside the platform's own components."""

from stacks.pools.pod import Pod


def _daemon(name: str, cpu: float, memory_mib: int) -> Pod:
    return Pod(component=name, cpu=cpu, memory_mib=memory_mib, storage_gib=0, replicas=1, zones_to_span=1, daemon=True)


def _system(name: str, cpu: float, memory_mib: int) -> Pod:
    return Pod(component=name, cpu=cpu, memory_mib=memory_mib, storage_gib=0, replicas=2, zones_to_span=1, daemon=False)


# Requests, rounded up over the three clouds' own daemons: a cloud adds and changes them without notice, so this
# is an allowance and not a copy of one release.
DAEMONS: tuple[Pod, ...] = (
    _daemon("network", 0.10, 256),  # aws-node, azure-cns with azure-ip-masq, GKE's netd with anetd
    _daemon("kube-proxy", 0.10, 64),
    _daemon("volumes", 0.05, 128),  # the node part of the CSI driver: driver, registrar, probe
    _daemon("log-agent", 0.10, 256),  # reads every container's log on the node
    _daemon("metric-agent", 0.05, 64),  # node exporter
)

# What a cluster needs once; two of each, on nodes of the services.
SYSTEM: tuple[Pod, ...] = (
    _system("dns", 0.10, 170),
    _system("metrics-server", 0.10, 200),
    _system("volume-controller", 0.10, 256),
    _system("operators", 0.25, 512),  # those of the stores and of certificates
)
