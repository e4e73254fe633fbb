"""Weaviate on this machine."""

from pathlib import Path

from infra.ports.vectors import Vectors
from infra.targets.local.resources import Process
from infra.targets.local.site import LOOPBACK, Site, after
from stacks.components import Component
from stacks.derive.vectors import vector_settings
from toolchain.binaries import acquire

_USER = "andamio"
_NODE = "andamio-local"


def local_vectors(site: Site) -> Vectors:
    """Start the server; known once it is ready to answer."""
    keys = ("vectors", "vectors_grpc", "vectors_gossip", "vectors_data", "vectors_raft", "vectors_raft_rpc")
    http, grpc, gossip, exchange, raft, raft_rpc = (site.port(key)[1] for key in keys)
    api_key, cluster_password = site.secret("vectors"), site.secret("vectors-cluster")
    settings = vector_settings(site.sizes[Component.vectors])
    data = site.home.data / "vectors"
    server = Process(
        "vectors",
        root=site.root,
        command=[str(_executable()), "--host", LOOPBACK, "--port", str(http), "--scheme", "http"],
        environment={
            "PERSISTENCE_DATA_PATH": str(data),
            "QUERY_DEFAULTS_LIMIT": "25",
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": api_key,
            "AUTHENTICATION_APIKEY_USERS": _USER,
            "AUTHORIZATION_ADMINLIST_ENABLED": "true",
            "AUTHORIZATION_ADMINLIST_USERS": _USER,
            "CLUSTER_BASIC_AUTH_USERNAME": _USER,
            "CLUSTER_BASIC_AUTH_PASSWORD": cluster_password,
            "CLUSTER_HOSTNAME": _NODE,
            # not CLUSTER_IN_LOCALHOST: with it the port of Raft's calls must be the one after Raft's own
            "CLUSTER_BIND_ADDR": LOOPBACK,
            "CLUSTER_ADVERTISE_ADDR": LOOPBACK,
            "CLUSTER_GOSSIP_BIND_PORT": str(gossip),
            "CLUSTER_DATA_BIND_PORT": str(exchange),
            "GRPC_PORT": str(grpc),
            "RAFT_PORT": str(raft),
            "RAFT_INTERNAL_RPC_PORT": str(raft_rpc),
            "RAFT_BOOTSTRAP_EXPECT": "1",
            "RAFT_JOIN": f"{_NODE}:{raft}",
            "GOMEMLIMIT": f"{settings.gomemlimit_mib}MiB",
            "GOMAXPROCS": str(settings.gomaxprocs),
            "DISABLE_TELEMETRY": "true",
            "GO_PROFILING_DISABLE": "true",
            "LOG_LEVEL": "warning",
        },
        folders=[str(data)],
        confine=True,  # it has no setting for the address of its gRPC and cluster ports
        ports=site.port_map(*keys),
        probe={"kind": "http", "port": http, "path": "/v1/.well-known/ready", "patience_s": 90},
        stop_patience_s=30,
    )
    return Vectors(host=after(server.digest, LOOPBACK), http_port=http, grpc_port=grpc, api_key=api_key)


def _executable() -> Path:
    return acquire("weaviate-server")
