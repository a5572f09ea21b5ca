"""Functions that use up what there is or will not end, and what AWS answers whoever calls them."""

import contextlib
import os
import re
from dataclasses import dataclass, field

import pytest
from boda import node_function, python_function

SOAK = os.environ.get("BODA_TEST_SOAK") == "true"
# To standard output in one invocation.
OUTPUT_MEGABYTES = 1_000 if SOAK else 64


@dataclass(frozen=True)
class Error:
    """errorType and errorMessage, in which {request} is the request's id; by_runtime: which adds a stack."""

    type: str
    message: str
    by_runtime: bool = False

    def check(self, answer, response):
        assert response["StatusCode"] == 200 and response.get("FunctionError") == "Unhandled", (answer, response)
        request = response["ResponseMetadata"]["RequestId"]
        if not self.by_runtime:
            assert set(answer) == {"errorType", "errorMessage"}, answer
        assert answer["errorType"] == self.type, answer
        wanted = re.escape(self.message).replace(re.escape("{request}"), request).replace(re.escape("{number}"), r"\d+")
        assert re.fullmatch(wanted, answer["errorMessage"]), answer

    def all_seen(self):
        return True


@dataclass(frozen=True)
class Answer:
    """What the function gives back: a bomb that does not hurt the one who called it."""

    value: object

    def check(self, answer, response):
        assert response["StatusCode"] == 200 and "FunctionError" not in response, answer
        assert answer == self.value

    def all_seen(self):
        return True


class Either:
    """One of these; all_seen: each of them by now."""

    def __init__(self, *ends):
        self.ends, self.seen = ends, set()

    def check(self, answer, response):
        for number, end in enumerate(self.ends):
            with contextlib.suppress(AssertionError):
                end.check(answer, response)
                self.seen.add(number)
                return
        raise AssertionError(answer)

    def all_seen(self):
        return len(self.seen) == len(self.ends)


def timed_out(seconds):
    return Error("Sandbox.Timedout", f"RequestId: {{request}} Error: Task timed out after {seconds}.00 seconds")


def exited(how):
    return Error("Runtime.ExitError", f"RequestId: {{request}} Error: Runtime exited {how}")


KILLED = exited("with error: signal: killed")
NO_SPACE = Error("OSError", "[Errno 28] No space left on device", by_runtime=True)


@dataclass(frozen=True)
class Bomb:
    """ends: what its caller reads; members: of CreateFunction."""

    source: str
    ends: object
    runtime: str = "python3.12"
    members: dict = field(default_factory=dict)

    def request(self):
        of_node = self.runtime.startswith("nodejs")
        return {
            "Code": {"ZipFile": node_function(self.source) if of_node else python_function(self.source)},
            "Handler": "index.handler" if of_node else "lambda_function.lambda_handler",
            "Runtime": self.runtime, "Timeout": 3, "MemorySize": 256, "EphemeralStorage": {"Size": 512}, **self.members}


def limits_hold(server):
    """Or the test is skipped: without control groups nothing bounds a bomb but the machine, and that is said."""
    if not any("MemorySize is the limit" in line for line in server.lines):
        assert os.geteuid() != 0, "as root the limits must hold:\n" + "\n".join(server.lines)
        pytest.skip("this user may make no control groups")


BOMBS = {
    # Every child goes on forking.
    "forks": Bomb("""
import os
def lambda_handler(event, context):
    while True:
        try:
            os.fork()
        except OSError:
            pass
""", timed_out(3), members={"MemorySize": 3008}),

    "threads": Bomb("""
import threading
def lambda_handler(event, context):
    while True:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
""", Error("RuntimeError", "can't start new thread", by_runtime=True), members={"MemorySize": 1024, "Timeout": 30}),

    "memory": Bomb("""
held = []
def lambda_handler(event, context):
    while True:
        held.append(b"x" * (1 << 20))
""", KILLED, members={"Timeout": 30}),

    "memory of Node.js": Bomb("""
const held = [];
export const handler = async () => {
    while (true) held.push(Buffer.alloc(1 << 20, 1));
};
""", KILLED, runtime="nodejs20.x", members={"Timeout": 30}),

    "disk": Bomb("""
def lambda_handler(event, context):
    with open("/tmp/filler", "wb", buffering=0) as file:
        while True:
            file.write(b"x" * (1 << 20))
""", NO_SPACE, members={"Timeout": 30}),

    "files": Bomb("""
import os
def lambda_handler(event, context):
    number = 0
    while True:
        os.close(os.open(f"/tmp/{number}", os.O_CREAT))
        number += 1
""", Error("OSError", "[Errno 28] No space left on device: '/tmp/{number}'", by_runtime=True),
        members={"Timeout": 60, "MemorySize": 1024}),

    "descriptors": Bomb("""
import os
def lambda_handler(event, context):
    while True:
        os.dup(0)
""", Error("OSError", "[Errno 24] Too many open files", by_runtime=True)),

    "descriptors of Node.js": Bomb("""
import fs from "node:fs";
export const handler = async () => {
    while (true) fs.openSync("/dev/null");
};
""", Error("Error", "EMFILE: too many open files, open '/dev/null'", by_runtime=True), runtime="nodejs20.x"),

    "output": Bomb(f"""
import os
def lambda_handler(event, context):
    for _ in range({OUTPUT_MEGABYTES * 16}):
        os.write(1, b"x" * 65_535 + b"\\n")
    return "written"
""", Answer("written"), members={"Timeout": 300, "MemorySize": 1769}),

    "output in short lines": Bomb(f"""
def lambda_handler(event, context):
    for _ in range({OUTPUT_MEGABYTES * 10_000}):
        print("x" * 99)
    return "written"
""", Answer("written"), members={"Timeout": 600, "MemorySize": 1769}),

    "a line without end": Bomb(f"""
import os
def lambda_handler(event, context):
    for _ in range({OUTPUT_MEGABYTES * 16}):
        os.write(1, b"x" * 65_536)
    return "written"
""", Answer("written"), members={"Timeout": 300, "MemorySize": 1769}),

    "deaf to signals": Bomb("""
import signal, threading
def lambda_handler(event, context):
    for number in set(range(1, 32)) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    def spin():
        while True:
            pass
    for _ in range(4):
        threading.Thread(target=spin).start()
    threading.Event().wait()
""", timed_out(3)),

    "closes its descriptors": Bomb("""
import os
def lambda_handler(event, context):
    os.closerange(0, 65_536)
    return "closed"
""", exited("with error: exit status 1")),

    "closes its descriptors of Node.js": Bomb("""
import fs from "node:fs";
export const handler = async () => {
    for (let number = 0; number < 1024; number++) try { fs.closeSync(number); } catch {}
    return "closed";
};
""", exited("with error: signal: aborted"), runtime="nodejs20.x"),

    "stops itself": Bomb("""
import os, signal
def lambda_handler(event, context):
    os.kill(os.getpid(), signal.SIGSTOP)
""", timed_out(3)),

    # Init has its 10 s first, and then the function's timeout once more.
    "module without end": Bomb("""
while True:
    pass
""", timed_out(2), members={"Timeout": 2}),

    # The first callers have their answer; then the runtime has asked for an event, and comes to read it no more.
    "never reads its event": Bomb("""
export const handler = async () => {
    setTimeout(() => { while (true); }, 20);
    return "answered";
};
""", Either(Answer("answered"), timed_out(2)), runtime="nodejs20.x", members={"Timeout": 2}),

    # Twenty voices beside the runtime's own, each of which takes the event and none of which answers.
    "speaks for its runtime": Bomb("""
import os, threading, urllib.request
def lambda_handler(event, context):
    url = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/next"
    def ask():
        while True:
            try:
                urllib.request.urlopen(url).read()
            except OSError:
                pass
    for _ in range(20):
        threading.Thread(target=ask).start()
    threading.Event().wait()
""", timed_out(3)),

    "daemons": Bomb("""
import os
def lambda_handler(event, context):
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 65_536)
                while True:
                    pass
            os._exit(0)
        os.wait()
    return "started"
""", Answer("started"), members={"Timeout": 60, "MemorySize": 1769}),
}
