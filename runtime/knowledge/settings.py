"""Settings of the knowledge service."""

from typing import Annotated

from pydantic import Field, SecretStr

from runtime.kit.settings import DatabaseSettings, HttpUrl, Port, ServiceSettings, TokenSettings


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """`blobs_url` holds the originals: any address obstore understands, for example `file:///var/blobs`."""

    vector_db_url: HttpUrl
    vector_db_grpc_port: Port
    vector_db_api_key: SecretStr
    embedding_service_url: HttpUrl
    embedding_api_key: SecretStr
    blobs_url: Annotated[str, Field(pattern=r"^[a-z0-9]+://")]
