"""NATS JetStream, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Messages:
    """A JetStream account; ``replicas`` is how many servers keep each stream."""

    host: Output[str]
    port: int
    user: str
    password: Output[str]
    replicas: int

    @property
    def url(self) -> Output[str]:
        """The connection URL; a secret."""
        return Output.concat("nats://", self.user, ":", self.password, "@", self.host, f":{self.port}")

    @property
    def address(self) -> Output[str]:
        """Where it is, without credentials."""
        return Output.concat("nats://", self.host, f":{self.port}")
