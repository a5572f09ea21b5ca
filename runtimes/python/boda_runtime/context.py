"""The context object of a Python handler.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import json
import os
import time

from .errors import Fault

_W3C_FIELDS = ("traceparent", "tracestate", "baggage")


class LambdaContext:
    """What a handler can know about its invocation, its function and its environment."""

    def __init__(self, invocation, log):
        headers = invocation.headers
        environment = os.environ.get
        self.aws_request_id = invocation.request_id
        self.log_group_name = environment("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        given = _client_context(headers.get("lambda-runtime-client-context"))
        self._w3c_fields = _without_w3c(given)
        self.client_context = _typed(given)
        self.identity = _identity(headers.get("lambda-runtime-cognito-identity"))
        self._epoch_deadline_time_in_ms = int(headers.get("lambda-runtime-deadline-ms", 0))
        self._log = log

    def get_remaining_time_in_millis(self):
        """Milliseconds until the invocation times out, never below 0."""
        return max(0, self._epoch_deadline_time_in_ms - int(time.time() * 1000))

    def w3c(self):
        """The trace context that the caller's client context brought, as W3C calls its fields."""
        return dict(self._w3c_fields)

    def log(self, msg):
        """Writes to the function's log as it is, without a level or a line end."""
        self._log.message(str(msg))

    def __repr__(self):
        shown = (
            "aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
            "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id",
        )  # fmt: skip
        return _shown(self, shown)


class ClientContext:
    """What a client's SDK said of itself."""

    __slots__ = ("custom", "env", "client")

    def __repr__(self):
        return _shown(self, self.__slots__)


class Client:
    """The client's application."""

    __slots__ = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")

    def __repr__(self):
        return _shown(self, self.__slots__)


class CognitoIdentity:
    """The Amazon Cognito identity that authorized the request; its members are None without one."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __repr__(self):
        return _shown(self, self.__slots__)


def _client_context(header):
    return _parse(header, "Client Context") if header else None


def _without_w3c(given):
    """Takes `w3c` out of a client context; its known fields that are text."""
    fields = given.pop("w3c", None) if isinstance(given, dict) else None
    if not isinstance(fields, dict):
        return {}
    return {name: fields[name] for name in _W3C_FIELDS if isinstance(fields.get(name), str)}


def _typed(given):
    if given is None:
        return None
    context = _filled(ClientContext(), given)
    if context.client is not None:
        context.client = _filled(Client(), context.client)
    return context


def _identity(header):
    given = _parse(header, "Cognito Identity") if header else {}
    identity = CognitoIdentity()
    identity.cognito_identity_id = given.get("cognitoIdentityId")
    identity.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")
    return identity


def _filled(target, given):
    for name in target.__slots__:
        setattr(target, name, given.get(name))
    return target


def _parse(header, name):
    try:
        return json.loads(header)
    except Exception as e:
        raise Fault("Runtime.LambdaContextUnmarshalError", "Unable to parse {} JSON: {}".format(name, e))


def _shown(value, names):
    members = ",".join("{}={}".format(name, getattr(value, name)) for name in names)
    return "{}([{}])".format(type(value).__name__, members)
