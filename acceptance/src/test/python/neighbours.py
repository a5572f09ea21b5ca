"""A function whose caller must not notice what others do, and how long he waits."""

import contextlib
import os
import threading
import time

from boda import Caller, node_function
from conftest import ROLE

PROMISED_MILLIS = 5
FEWEST_CALLS = 200


class Meanwhile(threading.Thread):
    """Goes on beside a block until that is over; what went wrong in it goes wrong in the block."""

    def __init__(self):
        super().__init__(daemon=True)
        self.enough, self.failure = threading.Event(), None

    def run(self):
        try:
            self.go_on()
        except BaseException as failure:
            self.failure = failure

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, *_):
        self.enough.set()
        self.join()
        if self.failure and kind is None:
            raise self.failure


class Neighbour:
    """A warm function of one processor, called by one caller."""

    def __init__(self, server, name):
        self.caller = Caller(server, name)
        self.caller.call()

    @classmethod
    def of(cls, server, client, name="neighbour"):
        client.create_function(
            FunctionName=name, Runtime="nodejs20.x", Handler="index.handler", MemorySize=1769, Role=ROLE, Timeout=60,
            Code={"ZipFile": node_function("export const handler = async (event) => event;")})
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1})
        return cls(server, name)

    def p99(self, seconds):
        """In milliseconds, of the calls of so many seconds, and of no fewer than 200."""
        times, ends = [], time.perf_counter() + seconds
        with before_others():
            while time.perf_counter() < ends or len(times) < FEWEST_CALLS:
                begun = time.perf_counter()
                self.caller.call()
                times.append(time.perf_counter() - begun)
        return sorted(times)[int(len(times) * 0.99)] * 1000


@contextlib.contextmanager
def before_others():
    """This thread. Callers are elsewhere: that a bomb and the test share two processors is not the server's doing. A nice
    value would not do: the kernel shares processors between sessions first."""
    # Where it may be said: a container's root may not.
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
