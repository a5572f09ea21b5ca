"""What clients were promised: each client has functions of its own, so what each must be afterwards is known."""

import json
import random
import threading
import time
import uuid

from boda import zipped
from botocore.exceptions import BotoCoreError, ClientError
from conftest import ROLE

# Shared by all functions, so that the same package is put, named and given up by several at once.
CODES = 24


def handler(code):
    return ("import os\n"
            f"CODE = {code}\n"
            "def lambda_handler(event, context):\n"
            "    print('ledger', event['id'])\n"
            "    return [CODE, os.environ['SETTING']]\n")


def package(code):
    # Not to be compressed: writing it takes a while.
    ballast = random.Random(code).randbytes(code * 25_000)
    return zipped({"lambda_function.py": handler(code), "ballast": ballast})


PACKAGES = [package(code) for code in range(CODES)]


class Function:
    """What one function must be: `known` was acknowledged, `possible` is what a request under way may have made of it.
    `before` is what it was when it was changed last. A state is None, or its code and its setting."""

    def __init__(self, name, mark):
        self.name = name
        self.mark = mark
        self.known = None
        self.before = None
        self.possible = [None]
        # id → when the client had the answer
        self.answered = {}
        self.asked = set()

    def promise(self, state):
        self.before = self.known
        self.known = state
        self.possible = [state]


class Interrupted(Exception):
    """The server is gone; the request may have been carried out or not."""


def gone(failure):
    if isinstance(failure, ClientError):
        return False
    return isinstance(failure, BotoCoreError)


class Client(threading.Thread):
    """Changes and calls its functions until the server is gone."""

    def __init__(self, lambda_client, functions, seed, counts):
        super().__init__(daemon=True)
        self.client = lambda_client
        self.functions = functions
        self.random = random.Random(seed)
        self.counts = counts
        self.failure = None

    def run(self):
        try:
            while True:
                self.step(self.random.choice(self.functions))
        except Interrupted:
            pass
        except BaseException as failure:  # Told by the test's own thread.
            self.failure = failure

    def step(self, function):
        if function.known is None:
            self.change("create", function, (self.random.randrange(CODES), self.setting()))
            return
        what = self.random.choice(["code", "code", "setting", "delete", "invoke", "invoke", "invoke"])
        code, setting = function.known
        if what == "invoke":
            self.invoke(function)
        elif what == "code":
            self.change("code", function, (self.random.randrange(CODES), setting))
        elif what == "setting":
            self.change("setting", function, (code, self.setting()))
        else:
            self.change("delete", function, None)

    def setting(self):
        return str(self.random.randrange(1_000_000))

    def change(self, what, function, state):
        function.possible = [function.known, state]
        while True:
            try:
                self.send(what, function, state)
                function.promise(state)
                self.counts[what] = self.counts.get(what, 0) + 1
                return
            except ClientError as refused:
                # An update before this one is not settled yet: nothing was changed.
                if refused.response["Error"]["Code"] != "ResourceConflictException":
                    raise
                time.sleep(0.01)
            except Exception as failure:
                if gone(failure):
                    raise Interrupted from failure
                raise

    def send(self, what, function, state):
        if what == "create":
            self.client.create_function(
                FunctionName=function.name, Runtime="python3.12", Role=ROLE,
                Handler="lambda_function.lambda_handler", Code={"ZipFile": PACKAGES[state[0]]},
                Environment=environment(function, state))
        elif what == "code":
            self.client.update_function_code(FunctionName=function.name, ZipFile=PACKAGES[state[0]])
        elif what == "setting":
            self.client.update_function_configuration(
                FunctionName=function.name, Environment=environment(function, state))
        else:
            self.client.delete_function(FunctionName=function.name)

    def invoke(self, function):
        answer = call(self.client, function)
        if answer is not None:
            self.counts["invoke"] = self.counts.get("invoke", 0) + 1


def environment(function, state):
    return {"Variables": {"SETTING": state[1], "MARK": function.mark}}


def call(client, function):
    """Invokes, and returns code and setting of what ran; None if it was not ready yet."""
    id = uuid.uuid4().hex
    function.asked.add(id)
    try:
        response = client.invoke(FunctionName=function.name, Payload=json.dumps({"id": id}).encode())
        body = response["Payload"].read()
    except ClientError as refused:
        # Still being created, on a busy machine.
        if refused.response["Error"]["Code"] == "ResourceConflictException":
            return None
        raise
    except Exception as failure:
        if gone(failure):
            raise Interrupted from failure
        raise
    assert "FunctionError" not in response, body
    function.answered[id] = time.monotonic()
    return tuple(json.loads(body))


def await_settled(client, function):
    """Until the change that the last server did not finish is finished."""
    deadline = time.monotonic() + 30
    while True:
        now = client.get_function_configuration(FunctionName=function.name)
        if now["State"] != "Pending" and now["LastUpdateStatus"] != "InProgress":
            return now
        assert time.monotonic() < deadline, now
        time.sleep(0.02)
