"""Where a function's output goes.

With `_LAMBDA_TELEMETRY_LOG_FD` every message is one frame on that descriptor, so that several lines stay one log
event: type, length and time (microseconds) as big-endian 4, 4 and 8 bytes, then the text. Bytes that are no frame are
the beginning of a line, or its continuation. Without it, messages go to standard output.
"""

import atexit
import os
import sys
import time
from _thread import allocate_lock, get_ident

_TEXT_FRAME = 0xA55A0003
_FRAME_BEGIN = b"\xa5"
_DESCRIPTOR = "_LAMBDA_TELEMETRY_LOG_FD"


class FramedLog:
    """Writes frames, each whole: from any thread, one at a time."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._new_lock()
        os.set_inheritable(descriptor, False)
        os.register_at_fork(after_in_child=self._new_lock)

    def _new_lock(self):
        self._lock = allocate_lock()

    def message(self, text, frame_type=_TEXT_FRAME):
        body = text.encode("utf-8", "backslashreplace")
        now = time.time_ns() // 1000
        self._write(frame_type.to_bytes(4, "big") + len(body).to_bytes(4, "big") + now.to_bytes(8, "big") + body)

    def part(self, text):
        """A part of a line; a message if it ends as a frame begins, for which the reader would wait."""
        body = text.encode("utf-8", "backslashreplace")
        if body.endswith(_FRAME_BEGIN):
            self.message(text)
        else:
            self._write(body)

    def _write(self, frame):
        with self._lock:
            written = os.write(self._descriptor, frame)
            while written < len(frame):
                written += os.write(self._descriptor, frame[written:])

    def lines(self, lines, frame_type=_TEXT_FRAME):
        self.message("\n".join(lines), frame_type)


class PlainLog:
    """Writes to standard output; the lines of one message are parted by carriage returns, as AWS does."""

    def message(self, text, frame_type=_TEXT_FRAME):
        sys.stdout.write(text)

    def lines(self, lines, frame_type=_TEXT_FRAME):
        sys.stdout.write("\r".join(lines) + "\n")


class FramedStream:
    """Standard output or error as messages. What one thread writes up to a line's end is one message, because
    `print` writes its text and its line end separately; whatever else the real stream can, it does.

    A line that is flushed before its end goes out in parts, which the server joins.
    """

    def __init__(self, stream, log):
        self._stream = stream
        self._log = log
        self._pending = {}
        self._line_begun = False
        os.register_at_fork(after_in_child=self._pending.clear)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        parts = self._pending.setdefault(get_ident(), [])
        parts.append(text)
        if text.endswith("\n"):
            self._send(self._pending.pop(get_ident(), ()))
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        """Sends what the calling thread has written, the bytes in the stream's buffer included."""
        text = "".join(self._pending.pop(get_ident(), ()))
        if text:
            self._line_begun = True
            self._log.part(text)
        self._stream.flush()

    def flush_all(self):
        """Sends what any thread has written, at the end of an invocation and of the process."""
        for ident in list(self._pending):
            self._send(self._pending.pop(ident, ()))
        self._line_begun = False
        if not self._stream.closed:
            self._stream.flush()

    def _send(self, parts):
        text = "".join(parts)
        if self._line_begun:
            self._line_begun = False
            rest_of_line, end, text = text.partition("\n")
            self._log.part(rest_of_line + end)
        if text:
            self._log.message(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.flush()

    def __getattr__(self, name):
        return getattr(self._stream, name)


class UnbufferedStream:
    """Standard output or error, each write sent at once."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        written = self._stream.write(text)
        self._stream.flush()
        return written

    def writelines(self, lines):
        self._stream.writelines(lines)
        self._stream.flush()

    def flush_all(self):
        if not self._stream.closed:
            self._stream.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __getattr__(self, name):
        return getattr(self._stream, name)


def redirect():
    """Takes over standard output and error; returns the log, and what sends everything that is still pending."""
    descriptor = os.environ.pop(_DESCRIPTOR, None)
    if descriptor is None:
        log = PlainLog()
        sys.stdout = UnbufferedStream(sys.stdout)
        sys.stderr = UnbufferedStream(sys.stderr)
    else:
        log = FramedLog(int(descriptor))
        sys.stdout = FramedStream(sys.stdout, log)
        sys.stderr = FramedStream(sys.stderr, log)
    streams = (sys.stdout, sys.stderr)

    def flush_all():
        for stream in streams:
            stream.flush_all()

    atexit.register(flush_all)
    _flush_before_leaving(flush_all)
    return log, flush_all


def _flush_before_leaving(flush_all):
    """`os._exit` runs no exit handlers, but on AWS nothing is left to flush then."""
    leave = os._exit

    def _exit(status):
        flush_all()
        leave(status)

    os._exit = _exit
