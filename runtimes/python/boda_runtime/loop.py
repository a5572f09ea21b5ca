"""Init, then one invocation after another."""

import os
import sys

from . import errors, handler, logging_setup, logs, payload
from .api import RuntimeApi, ServerGone
from .context import LambdaContext

_UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare "
    "cases, a Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, "
    "runtime updates can be triggered by a function change, or can be applied automatically. To determine if the "
    "runtime has been updated, check the runtime version in the INIT_START log entry. If this error correlates with a "
    "change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the previous "
    "runtime version. For more information, see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class Request:
    """The invocation that is running, for the log."""

    __slots__ = ("id", "tenant_id")

    def __init__(self):
        self.id = ""
        self.tenant_id = None


class Loop:
    """One environment's work."""

    def __init__(self, api, log, flush_output):
        self._api = api
        self._log = log
        self._flush_output = flush_output
        self._request = Request()
        sys.meta_path.insert(0, logging_setup.LoggingHook(sys.path[:], log, self._request))

    def load(self, name, layers="/opt", sdk=None, debugger=None):
        """The user's function; a failure is reported and ends the process.

        debugger: lets one in, once the function's packages and its layers' are found.
        """
        handler.prepare_path(layers, sdk)
        try:
            if debugger is not None:
                debugger()
            return handler.load(name)
        except Exception as e:
            result = errors.report(e)
        import logging

        logging.warning(_UNHANDLED)
        self._log_error(result)
        self._flush_output()
        self._api.fail_init(payload.dumps(result), result["errorType"])
        sys.exit(1)

    def run(self, function):
        """Asks for events and answers them until the server is gone."""
        while True:
            invocation = self._api.next()
            self._begin(invocation)
            try:
                event = payload.read(invocation.event, invocation.content_type)
                answer, content_type = payload.write(function(event, LambdaContext(invocation, self._log)))
            except Exception as e:
                self._fail(invocation.request_id, e)
            else:
                self._flush_output()
                self._api.respond(invocation.request_id, answer, content_type)

    def _begin(self, invocation):
        self._request.id = invocation.request_id
        self._request.tenant_id = invocation.headers.get("lambda-runtime-aws-tenant-id")
        trace_id = invocation.headers.get("lambda-runtime-trace-id")
        if trace_id is not None:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)

    def _fail(self, request_id, error):
        result = errors.report(error, request_id)
        self._flush_output()
        self._log_error(result)
        self._api.fail(request_id, payload.dumps(result), result["errorType"])

    def _log_error(self, result):
        if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON":
            from . import json_logs

            self._log.lines([json_logs.error(result)])
        else:
            self._log.lines(errors.log_lines(result))


def _debugger():
    address = os.environ.pop("_BODA_DEBUGGER", None)
    packages = os.environ.pop("_BODA_DEBUGPY", None)
    if address is None:
        return None
    from . import debugger

    return lambda: debugger.listen(address, packages)


def main():
    # Nothing that the function should see. Not arguments either: wrappers put their own before the last one.
    layers = os.environ.pop("_BODA_LAYERS", "/opt")
    sdk = os.environ.pop("_BODA_SDK", None)
    log, flush_output = logs.redirect()
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"], os.environ.pop("_BODA_RUNTIME_API_FD", None))
    loop = Loop(api, log, flush_output)
    try:
        loop.run(loop.load(os.environ["_HANDLER"], layers, sdk, _debugger()))
    except ServerGone:
        sys.exit(1)
