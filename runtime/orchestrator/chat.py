"""Which chat model answers: the embedded rules, or an OpenAI-compatible service."""

from collections.abc import Callable

from pydantic_ai.models import Model

from runtime.orchestrator.rules_model import RulesModel
from runtime.orchestrator.settings import Settings

TIMEOUT_SECONDS = 120.0


def chat_model(settings: Settings) -> Callable[[], Model]:
    """A function that gives the process's model. OpenAI's client is imported only when an address is set."""
    if settings.chat_model_url is None:
        rules = RulesModel()
        return lambda: rules
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    key = settings.chat_model_api_key.get_secret_value() if settings.chat_model_api_key else "none"
    # Retries are ours: they survive this process.
    client = AsyncOpenAI(base_url=settings.chat_model_url, api_key=key, max_retries=0, timeout=TIMEOUT_SECONDS)
    remote = OpenAIChatModel(settings.chat_model_name or "", provider=OpenAIProvider(openai_client=client))
    return lambda: remote
