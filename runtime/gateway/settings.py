"""Settings of the gateway."""

from typing import Annotated

from pydantic import Field

from runtime.kit.settings import CacheSettings, DatabaseSettings, HttpUrl, ServiceSettings, TokenSettings


class Settings(ServiceSettings, DatabaseSettings, CacheSettings, TokenSettings):
    """`rate_limit_per_minute` is for each client and credential; the reference guide's value is the
    default.
    """

    orchestrator_url: HttpUrl
    tools_url: HttpUrl
    knowledge_url: HttpUrl
    rate_limit_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 100
