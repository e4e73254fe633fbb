"""The provider's process: started by the engine, prints its port, serves until it is told to stop."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from infra.targets.local.provider.servicer import Servicer

_WORKERS = 16
_GRACE_S = 60
_ENGINE_CHECK_S = 1.0


def main() -> None:
    """Serve on a free loopback port until a signal; operations under way are told to end, and are waited for.

    The engine ends its plugins by SIGINT, which is also what Ctrl-C sends to all of them. The end of the engine itself
    counts as a signal.
    """
    told = Event()
    cancelled = Event()

    def tell(*_: object) -> None:
        cancelled.set()
        told.set()

    signal.signal(signal.SIGINT, tell)
    signal.signal(signal.SIGTERM, tell)
    server = grpc.server(ThreadPoolExecutor(_WORKERS))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(cancelled), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    engine = os.getppid()
    while not told.wait(_ENGINE_CHECK_S):
        if os.getppid() != engine:  # it was killed: nobody is left to record what is done
            tell()
    server.stop(_GRACE_S).wait()


if __name__ == "__main__":
    main()
