"""The one place where a Pulumi program reads its configuration."""

import pulumi

from stacks.parse import parse
from stacks.problems import Problem, StackError
from stacks.schema import Stack
from stacks.translation import ROOT

NAMESPACE, KEY = ROOT.split(":")


def load() -> Stack:
    """The stack configured under `andamio:stack`.

    Raises pulumi.RunError, which the engine prints without a traceback, when it is missing or not valid.
    """
    try:
        return parse(_raw())
    except StackError as error:
        raise pulumi.RunError(str(error)) from None


def chat_model_key(stack: Stack) -> pulumi.Output[str] | None:
    """The chat model's key, a secret; None when the stack names none.

    Raises pulumi.RunError when the secret it names is not set.
    """
    if stack.chat_model is None or stack.chat_model.api_key_secret is None:
        return None
    name = stack.chat_model.api_key_secret
    key = pulumi.Config(NAMESPACE).get_secret(name)
    if key is None:
        mend = f"run `pulumi config set --secret {NAMESPACE}:{name}` and type the key"
        problem = Problem("chat_model.api_key_secret", f"no secret {name}", "the name of a secret", mend)
        raise pulumi.RunError(str(problem))
    return key


def _raw() -> object:
    config = pulumi.Config(NAMESPACE)
    mend = f"set {ROOT} in the stack's file, not by its name on the command line"
    try:
        raw: object = config.get_object(KEY)
    except pulumi.ConfigTypeError:
        raise StackError([Problem(ROOT, "text that is no mapping", "a mapping", mend)]) from None
    if raw is None:
        mend = f"add {ROOT} with at least tier and target to the stack's file"
        raise StackError([Problem(ROOT, "nothing", "a mapping", mend)])
    return raw
