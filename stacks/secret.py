"""The name of a Pulumi secret. A stack file holds names of secrets, never a secret."""

import re
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _secret_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,62}", value):
        allowed = "the name of a secret: a letter, then letters, digits, - or _, at most 63"
        mend = "store the value with `pulumi config set --secret andamio:<name>` and write that name here"
        hidden = {"allowed": allowed, "mend": mend, "found": "something else"}
        raise PydanticCustomError("secret_name", "not a secret's name", hidden)
    return value


SecretName = Annotated[str, AfterValidator(_secret_name)]
