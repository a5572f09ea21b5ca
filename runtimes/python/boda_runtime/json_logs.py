"""Log records as JSON objects, for `AWS_LAMBDA_LOG_FORMAT=JSON`.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import json
import time

_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_STANDARD_MEMBERS = set(
    "name msg args levelname levelno pathname filename module exc_info exc_text stack_info lineno funcName created "
    "msecs relativeCreated thread threadName processName process aws_request_id tenant_id".split()
)


def formatter(logging):
    """A formatter for the given `logging` module."""

    class JsonFormatter(logging.Formatter):
        def format(self, record):
            return _encoded(_members(logging, record)) + "\n"

    return JsonFormatter()


def error(result):
    """An error report as one JSON object."""
    now = time.strftime(_TIME_FORMAT, time.gmtime())
    return _encoded(dict({"timestamp": now, "level": "ERROR"}, **result))


def _members(logging, record):
    plain = isinstance(record.msg, dict) and not record.args
    members = {
        "timestamp": time.strftime(_TIME_FORMAT, time.gmtime(record.created)),
        "level": logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10),
        "message": record.msg if plain else record.getMessage(),
        "logger": record.name,
    }
    if record.exc_info and record.exc_info[0]:
        import traceback

        kind, value, trace = record.exc_info
        members["stackTrace"] = traceback.format_tb(trace)
        members["errorType"] = kind.__name__
        members["errorMessage"] = str(value)
    members["requestId"] = getattr(record, "aws_request_id", None)
    if record.exc_info:
        members["location"] = "{}:{}:{}".format(record.pathname, record.funcName, record.lineno)
    if getattr(record, "tenant_id", None) is not None:
        members["tenantId"] = record.tenant_id
    for name, value in record.__dict__.items():
        if name not in _STANDARD_MEMBERS and name not in members:
            members[name] = value
    return {name: value for name, value in members.items() if value is not None}


def _encoded(members):
    return json.dumps(members, ensure_ascii=False, default=str)
