"""Settings of the embedding service."""

from typing import Annotated

from pydantic import Field, SecretStr

from runtime.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """`omp_num_threads` pins the engine's threads (its OpenMP runtime reads the variable itself)."""

    embedding_api_key: Annotated[SecretStr, Field(min_length=16)]
    omp_num_threads: Annotated[int, Field(ge=1, le=256)] = 1
