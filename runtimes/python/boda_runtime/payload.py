"""Events and answers as JSON, the way AWS's Python runtimes read and write it."""

import json
import math
import os

from .errors import Fault

# From Python 3.12 on AWS leaves characters beyond ASCII as they are; before, they are escaped.
_ESCAPING = {"AWS_Lambda_python3." + minor for minor in ("8", "9", "10", "11")}

_LEAVES = {str, int, float, bool, type(None)}


class _DecimalFound(Exception):
    """The answer holds a Decimal, which only the slower encoder can write as a number."""


class _Literal(float):
    """A number that is written as its text says."""

    __slots__ = ("text",)


class _Encoder(json.JSONEncoder):
    """Bytes as text, as AWS's encoder does; Decimals are left to the other one."""

    def default(self, o):
        if isinstance(o, bytes):
            return o.decode("utf-8")
        if type(o).__name__ == "Decimal" and hasattr(o, "is_nan"):
            raise _DecimalFound()
        return super().default(o)


class _DecimalEncoder(_Encoder):
    """Writes Decimals with all their digits. In Python, since the C encoder knows no way to."""

    def default(self, o):
        try:
            return super().default(o)
        except _DecimalFound:
            literal = _Literal("nan")
            literal.text = "NaN" if o.is_nan() else str(o)
            return literal

    def iterencode(self, o, _one_shot=False):
        quote = json.encoder.encode_basestring_ascii if self.ensure_ascii else json.encoder.encode_basestring
        return json.encoder._make_iterencode(
            {}, self.default, quote, None, _number, ": ", ", ", False, False, _one_shot
        )(o, 0)


def _number(value):
    if type(value) is _Literal:
        return value.text
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)


_escaping = os.environ.get("AWS_EXECUTION_ENV") in _ESCAPING
_encode = _Encoder(ensure_ascii=_escaping).encode


def dumps(value):
    """JSON in UTF-8."""
    try:
        text = _encoded(value)
    except TypeError:
        text = _encoded(_plain(value))  # or fails again
    else:
        if _has_records(value):
            text = _encoded(_plain(value))
    return text.encode("utf-8")


def _encoded(value):
    try:
        return _encode(value)
    except _DecimalFound:
        return _DecimalEncoder(ensure_ascii=_escaping).encode(value)


def _has_records(value):
    """Whether named tuples are in it, which AWS writes as objects. What has been encoded has an end."""
    if isinstance(value, dict):
        members = value.values()
    elif isinstance(value, (list, tuple)):
        if hasattr(value, "_asdict"):
            return True
        members = value
    else:
        return False
    for member in members:
        if type(member) not in _LEAVES and _has_records(member):
            return True
    return False


def _plain(value):
    """With named tuples as objects, and keys of bytes as text."""
    if hasattr(value, "_asdict") and isinstance(value, tuple):
        value = value._asdict()
    if isinstance(value, dict):
        return {key.decode("utf-8") if isinstance(key, bytes) else key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value


def read(event, content_type):
    """The handler's event; anything but JSON is handed over as bytes."""
    if content_type != "application/json":
        return event
    try:
        return json.loads(event)
    except Exception as e:
        raise Fault("Runtime.UnmarshalError", "Unable to unmarshal input: {}".format(e))


def write(answer):
    """The handler's answer as bytes, and their content type."""
    if isinstance(answer, bytes):
        return answer, "application/unknown"
    try:
        return dumps(answer), "application/json"
    except Exception as e:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: {}".format(e))
