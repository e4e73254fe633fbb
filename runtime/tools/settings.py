"""Settings of the tools service."""

from runtime.kit.settings import DatabaseSettings, HttpUrl, ServiceSettings, TokenSettings


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """`knowledge_url` is the knowledge service, which search_knowledge asks."""

    knowledge_url: HttpUrl
