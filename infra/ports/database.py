"""PostgreSQL, as its consumers see it."""

from dataclasses import dataclass

from pulumi import Output


@dataclass(frozen=True)
class Database:
    """One database and its two roles: ``owner`` migrates, ``user`` is bound by row-level security.

    ``max_connections`` is what all pools together must stay under.
    """

    host: Output[str]
    port: int
    name: str
    user: str
    password: Output[str]
    owner: str
    owner_password: Output[str]
    max_connections: int

    @property
    def url(self) -> Output[str]:
        """The application's URL; a secret."""
        return self._url(self.user, self.password)

    @property
    def owner_url(self) -> Output[str]:
        """The migrations' URL; a secret."""
        return self._url(self.owner, self.owner_password)

    @property
    def address(self) -> Output[str]:
        """Where it is, without credentials."""
        return Output.concat("postgresql://", self.host, f":{self.port}/{self.name}")

    def _url(self, user: str, password: Output[str]) -> Output[str]:
        return Output.concat("postgresql://", user, ":", password, "@", self.host, f":{self.port}/{self.name}")
