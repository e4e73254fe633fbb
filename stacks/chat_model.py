"""The chat model that the agents use."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from stacks.secret import SecretName


def _http_url(value: str) -> str:
    allowed = "an http or https URL without user, query or fragment"
    if re.search(r"[@?#]", value):
        # What stands there is likely a key: it belongs in a secret, and must not be repeated in an error.
        mend = "take the key out of the URL and name its Pulumi secret in chat_model.api_key_secret"
        hidden = {"allowed": allowed, "mend": mend, "found": "a URL with a user, query or fragment"}
        raise PydanticCustomError("http_url", "a URL with credentials", hidden)
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", value):
        mend = "write it like https://host/v1"
        raise PydanticCustomError("http_url", "not a URL", {"allowed": allowed, "mend": mend})
    return value


class ChatModel(BaseModel):
    """An OpenAI-compatible chat model. Without one the agents use the built-in rule-based model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_http_url)] = Field(
        description="Base URL, e.g. https://host/v1."
    )
    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="The model's name at that URL.")
    api_key_secret: SecretName | None = Field(
        default=None, description="Name of the Pulumi secret that holds the key; never the key itself."
    )
