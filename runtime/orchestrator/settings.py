"""Settings of the orchestrator."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from runtime.kit.settings import CacheSettings, DatabaseSettings, HttpUrl, ServiceSettings, TokenSettings


class Settings(ServiceSettings, DatabaseSettings, CacheSettings, TokenSettings):
    """Without `chat_model_url` the embedded model rules-v1 answers; with it any OpenAI-compatible service."""

    nats_url: SecretStr
    nats_replicas: Annotated[int, Field(ge=1, le=5)] = 1
    tools_url: HttpUrl
    worker_slots: Annotated[int, Field(ge=1, le=1000)] = 8
    chat_model_url: HttpUrl | None = None
    chat_model_name: str | None = None
    chat_model_api_key: SecretStr | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.chat_model_url and not self.chat_model_name:
            raise ValueError("CHAT_MODEL_NAME: not set; CHAT_MODEL_URL needs the name of the model to ask for")
        return self
