"""Weaviate, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Vectors:
    """HTTP for the schema, gRPC for data and search; one key for both."""

    host: Output[str]
    http_port: int
    grpc_port: int
    api_key: Output[str]

    @property
    def url(self) -> Output[str]:
        """The HTTP base URL."""
        return Output.concat("http://", self.host, f":{self.http_port}")
