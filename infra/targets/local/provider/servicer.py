"""The engine's ResourceProvider protocol, translated to the handlers."""

from collections.abc import Callable
from functools import wraps
from threading import Event
from typing import TypeVar

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pydantic import JsonValue, ValidationError

from infra.targets.local.provider.failure import Failure
from infra.targets.local.provider.handler import Handler, change
from infra.targets.local.provider.job import JobHandler
from infra.targets.local.provider.process import ProcessHandler
from infra.targets.local.provider.secret import SecretHandler
from infra.targets.local.provider.supervisor import SupervisorHandler

VERSION = "0.1.0"
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # the engine's mark for a value that is known only after an update

Request = TypeVar("Request")
Reply = TypeVar("Reply")


def _clearly(
    call: Callable[["Servicer", Request, grpc.ServicerContext], Reply],
) -> Callable[["Servicer", Request, grpc.ServicerContext], Reply]:
    """A Failure or an error of the operating system becomes one sentence, not a traceback."""

    @wraps(call)
    def wrapped(self: "Servicer", request: Request, context: grpc.ServicerContext) -> Reply:
        try:
            return call(self, request, context)
        except Failure as failure:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(failure))
        except ValidationError as error:
            # the values found may be secret: only where and why
            problems = (f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors())
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(problems))
        except (OSError, LookupError) as error:
            context.abort(grpc.StatusCode.INTERNAL, f"{type(error).__name__}: {error}")
        raise AssertionError("abort does not return")

    return wrapped


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the types andamio:local:{Secret,Supervisor,Process,Job}."""

    def __init__(self, cancelled: Event) -> None:
        """``cancelled`` is set when the engine asks to stop waiting."""
        self._cancelled = cancelled
        self._handlers: dict[str, Handler] = {
            "andamio:local:Secret": SecretHandler(),
            "andamio:local:Supervisor": SupervisorHandler(),
            "andamio:local:Process": ProcessHandler(cancelled),
            "andamio:local:Job": JobHandler(cancelled),
        }

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The provider's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """An empty schema: the resources are typed in infra/targets/local/resources.py."""
        return provider_pb2.GetSchemaResponse(schema="{}")

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """The provider has no configuration of its own."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """The provider has no configuration of its own."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """No secrets on the wire: the engine marks the outputs whose inputs were secret."""
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=False)

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """End every wait; the operations report what they reached."""
        self._cancelled.set()
        return empty_pb2.Empty()

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Validate the inputs, as far as they are known."""
        wanted = _plain(request.news)
        failures = []
        if not _has_unknown(wanted):
            try:
                self._handler(request.urn).inputs.model_validate(wanted)
            except ValidationError as error:
                failures = [
                    provider_pb2.CheckFailure(property=".".join(map(str, problem["loc"])), reason=problem["msg"])
                    for problem in error.errors()
                ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Compare the recorded state with the wanted inputs."""
        found = change(self._handler(request.urn), _plain(request.olds), _plain(request.news))
        some = provider_pb2.DiffResponse.DIFF_SOME if found.update else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some, diffs=sorted(found.update), replaces=sorted(found.replace), deleteBeforeReplace=True
        )

    @_clearly
    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Create the resource."""
        created = self._handler(request.urn).create(_plain(request.properties))
        return provider_pb2.CreateResponse(id=created.identity, properties=_struct(created.state))

    @_clearly
    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """The resource as it is now; an empty id says that it is gone."""
        state = self._handler(request.urn).read(request.id, _plain(request.properties))
        if state is None:
            return provider_pb2.ReadResponse(id="")
        return provider_pb2.ReadResponse(id=request.id, properties=_struct(state), inputs=request.inputs)

    @_clearly
    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Bring the resource to the wanted inputs."""
        state = self._handler(request.urn).update(request.id, _plain(request.olds), _plain(request.news))
        return provider_pb2.UpdateResponse(properties=_struct(state))

    @_clearly
    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Remove the resource."""
        self._handler(request.urn).delete(request.id, _plain(request.properties))
        return empty_pb2.Empty()

    def _handler(self, urn: str) -> Handler:
        kind = urn.split("::")[2].split("$")[-1]
        try:
            return self._handlers[kind]
        except KeyError:
            raise Failure(f"{kind} is not one of {', '.join(sorted(self._handlers))}") from None


def _plain(properties: struct_pb2.Struct) -> dict[str, JsonValue]:
    """A Struct as plain values; its whole numbers are int again."""
    return {key: _whole(value) for key, value in json_format.MessageToDict(properties).items()}


def _whole(value: JsonValue) -> JsonValue:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _whole(entry) for key, entry in value.items()}
    return value


def _has_unknown(value: JsonValue) -> bool:
    if isinstance(value, dict):
        return any(_has_unknown(entry) for entry in value.values())
    if isinstance(value, list):
        return any(_has_unknown(entry) for entry in value)
    return value == _UNKNOWN


def _struct(state: dict[str, JsonValue]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    message.update(state)
    return message
