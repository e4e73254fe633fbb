"""The provider's process: started by the engine, prints its port, serves until it is told to stop."""

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from infra.targets.local.provider.servicer import Servicer

_WORKERS = 16


def main() -> None:
    """Serve on a free loopback port."""
    # Ctrl-C reaches the whole terminal; the engine decides and calls Cancel, operations under way end in order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = grpc.server(ThreadPoolExecutor(_WORKERS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(Event()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(grace=1))
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
