"""A function whose caller must not notice what others do, and how long he waits."""

import contextlib
import multiprocessing
import os
import threading
import time
from types import SimpleNamespace

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
        ends = time.perf_counter() + seconds
        return p99(call_while(self.caller, lambda times: time.perf_counter() < ends or len(times) < FEWEST_CALLS))


def p99(seconds):
    """In milliseconds."""
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def call_while(caller, goes_on, pause=0):
    """How many seconds each call took.

    pause: seconds between one call and the next"""
    times = []
    with before_others():
        while goes_on(times):
            begun = time.perf_counter()
            caller.call()
            times.append(time.perf_counter() - begun)
            time.sleep(pause)
    return times


class CallsElsewhere:
    """Calls a function all the time, in a process of its own: beside a block that computes in Python, a caller in this
    process would wait for the interpreter's lock, and count that as the server's. It pauses between its calls: a caller
    with a processor of his own would take one of this machine's few from everybody else."""

    PAUSE = 0.004

    def __init__(self, server, name):
        context = multiprocessing.get_context("spawn")
        self.here, there = context.Pipe()
        self.process = context.Process(target=_call_until_told, args=(server.url, name, there), daemon=True)
        self.times = []

    def __enter__(self):
        self.process.start()
        assert self.here.recv() == "begun"
        return self

    def __exit__(self, *_):
        self.here.send("enough")
        self.times = self.here.recv()
        self.process.join()


def _call_until_told(url, name, told):
    caller = Caller(SimpleNamespace(url=url), name)
    told.send("begun")
    told.send(call_while(caller, lambda _: not told.poll(), CallsElsewhere.PAUSE))


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
