"""Valkey or Redis, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Cache:
    """One logical database of a Redis-compatible server."""

    host: Output[str]
    port: int
    password: Output[str]

    @property
    def url(self) -> Output[str]:
        """The connection URL; a secret."""
        return Output.concat("redis://:", self.password, "@", self.host, f":{self.port}/0")

    @property
    def address(self) -> Output[str]:
        """Where it is, without credentials."""
        return Output.concat("redis://", self.host, f":{self.port}")
