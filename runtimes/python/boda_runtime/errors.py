"""How a failure looks to the caller and in the log, in AWS's shapes.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import os

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

# Like the standard library's: a frame is shown this often before it is only counted.
_REPETITIONS_SHOWN = 3


class Fault(Exception):
    """The runtime's own complaint about a function, with AWS's type for it."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


def report(error, request_id=""):
    """An exception as the members that AWS answers, in AWS's order."""
    if isinstance(error, Fault):
        return _members(error.message, error.error_type, error.trace, request_id)
    return _members(_text(error), type(error).__name__, trace(error.__traceback__), request_id)


def log_lines(result):
    """An error report as the lines that AWS's runtime logs, indented by no-break spaces so that they stay."""
    first = "[ERROR] " + result["errorType"]
    if result["errorMessage"]:
        first += ": " + result["errorMessage"]
    lines = [first, "Traceback (most recent call last):"]
    for element in result["stackTrace"]:
        for line in element.splitlines() or [""]:
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
    return lines


def trace(traceback):
    """The frames of a traceback from the user's first one on, formatted as the `traceback` module does.

    Done here because importing that module would cost every cold start, or meet a user's file called `token.py`.
    """
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append((code.co_filename, traceback.tb_lineno, code.co_name, traceback.tb_frame.f_globals))
        traceback = traceback.tb_next
    while frames and frames[0][0].startswith(_OWN_FOLDER):
        frames.pop(0)
    return _formatted(frames)


def _formatted(frames):
    elements = []
    last, repeated = None, 0
    for filename, number, name, module in frames:
        repeated = repeated + 1 if (filename, number, name) == last else 0
        if repeated == 0:
            last = (filename, number, name)
        if repeated < _REPETITIONS_SHOWN:
            source = _source_line(filename, number, module)
            element = '  File "{}", line {}, in {}\n'.format(filename, number, name)
            elements.append((element + "    {}\n".format(source) if source else element, 0))
        elif repeated == _REPETITIONS_SHOWN:
            elements.append(("", 1))
        else:
            elements[-1] = ("", elements[-1][1] + 1)
    return [element or _repetition(count) for element, count in elements]


def _repetition(count):
    return "  [Previous line repeated {} more time{}]\n".format(count, "" if count == 1 else "s")


def _source_line(filename, number, module):
    try:
        with open(filename, "rb") as file:
            source = file.read()
    except OSError:
        source = _loaded_source(module)
    lines = source.splitlines()
    return lines[number - 1].decode("utf-8", "replace").strip() if 0 < number <= len(lines) else ""


def _loaded_source(module):
    try:
        return module["__loader__"].get_source(module["__name__"]).encode("utf-8")
    except Exception:
        return b""


def _members(message, error_type, stack_trace, request_id):
    result = {"errorMessage": message or "", "errorType": error_type or ""}
    # Since Python 3.9 AWS names the request; it goes by the function's runtime, whatever interpreter stands in.
    if os.environ.get("AWS_EXECUTION_ENV") != "AWS_Lambda_python3.8":
        result["requestId"] = request_id
    result["stackTrace"] = stack_trace
    return result


def _text(error):
    try:
        return str(error)
    except Exception:
        return "<unprintable {} object>".format(type(error).__name__)
