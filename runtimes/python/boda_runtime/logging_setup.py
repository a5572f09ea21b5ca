"""AWS's root handler for the standard `logging` module, in place before the function's own first use of it.

Importing `logging` takes as long as the rest of this client. Functions that never use it should not pay, so it is
set up by a hook on its import.
"""

import os
import sys

# Text and JSON frames differ in their last two bits, levels in the next three. From AWS's open clients.
_FRAMES = {"TEXT": 0xA55A0003, "JSON": 0xA55A0002}


class LoggingHook:
    """Finds `logging` once, in the standard library whatever the function's folder holds, and sets it up."""

    def __init__(self, standard_path, log, request):
        self._standard_path = standard_path
        self._path_finder = sys.meta_path[-1]
        self._log = log
        self._request = request

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        spec = self._path_finder.find_spec(name, self._standard_path)
        spec.loader = _SetUpAfterLoading(spec.loader, self._load)
        return spec

    def _load(self, loader, module):
        users_path = sys.path[:]
        sys.path[:] = self._standard_path
        try:
            loader.exec_module(module)
        finally:
            sys.path[:] = users_path
        set_up(module, self._log, self._request)


class _SetUpAfterLoading:
    """The module's own loader with one more step."""

    def __init__(self, loader, load):
        self._loader = loader
        self._load = load

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._load(self._loader, module)


def set_up(logging, log, request):
    """`log` takes the messages; `request` knows the invocation that is running."""
    log_format = "JSON" if os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON" else "TEXT"
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    with_level = log_format == "JSON" or level

    # Under the name that libraries know AWS's by.
    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            steps = min(50, max(0, record.levelno)) // 10
            levelled = _FRAMES[log_format] | (steps + 1) * 4 if with_level and steps else _FRAMES[log_format]
            try:
                log.message(self.format(record), levelled)
            except Exception:
                self.handleError(record)

    class LambdaLoggerFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request.id
            record.tenant_id = request.tenant_id
            return True

    import time

    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    handler.setFormatter(_formatter(logging, log_format))
    handler.addFilter(LambdaLoggerFilter())
    root = logging.getLogger()
    if level in ("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "NOTSET"):
        root.setLevel(level)
    root.addHandler(handler)


def _formatter(logging, log_format):
    if log_format == "JSON":
        from .json_logs import formatter

        return formatter(logging)
    return logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
    )
