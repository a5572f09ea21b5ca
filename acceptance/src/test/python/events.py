"""What clients were promised of events: who got a 202 for which, and what the functions wrote down of them."""

import http.client
import json
import os
import sqlite3
import threading
import time
from urllib.parse import urlparse

from boda import python_function
from conftest import ROLE

# Writes a line for every run into a file of the test's: it outlives the server, and no log is asked. What it was given
# says how it ends. A record of a destination is written down as what became of the event that it tells of.
DIARIST = python_function("""
import os, time
def write(*words):
    line = " ".join(map(str, words)) + "\\n"
    diary = os.open(os.environ["DIARY"], os.O_WRONLY | os.O_APPEND)
    os.write(diary, line.encode())
    os.close(diary)
def lambda_handler(event, context):
    name = context.function_name
    if "requestContext" in event:
        write("told", event["requestPayload"]["key"], event["requestContext"]["condition"], time.time())
        return
    write("ran", event["key"], name, time.time())
    time.sleep(event.get("sleep", 0))
    if event.get("fail"):
        raise ValueError("no luck")
    write("ended", event["key"], name, time.time())
""")


def arn(name):
    return f"arn:aws:lambda:us-east-1:000000000000:function:{name}"


def make(client, name, diary, config=None, reserved=None, **members):
    client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
                           Code={"ZipFile": DIARIST}, Environment={"Variables": {"DIARY": str(diary)}}, **members)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    if config:
        client.put_function_event_invoke_config(FunctionName=name, **config)
    if reserved is not None:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)


class Diary:
    """What the functions wrote: word → key → times."""

    def __init__(self, path):
        self.path = path
        path.touch()
        # The functions of plain processes may be another user's.
        path.chmod(0o666)

    def __str__(self):
        return str(self.path)

    def read(self):
        found = {"ran": {}, "ended": {}, "told": {}}
        for line in self.path.read_text().splitlines():
            word, key, what, when = line.split()
            found[word].setdefault(key, []).append((float(when), what))
        return found

    def await_all(self, condition, seconds):
        """Until `condition` of what is written names nothing that is missing."""
        deadline = time.monotonic() + seconds
        while missing := condition(self.read()):
            assert time.monotonic() < deadline, f"{len(missing)} are missing: {sorted(missing)[:10]}"
            time.sleep(0.1)


class Sender:
    """One kept-alive connection that sends events. Unsigned: a client's own cost would bound it otherwise."""

    def __init__(self, server):
        address = urlparse(server.url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)

    def send(self, name, event):
        """Returns the status and the body."""
        self.connection.request("POST", f"/2015-03-31/functions/{name}/invocations", json.dumps(event).encode(),
                                {"X-Amz-Invocation-Type": "Event"})
        response = self.connection.getresponse()
        return response.status, response.read()


class Promises:
    """The ledger: keys that were asked for, and those that got a 202, by function."""

    def __init__(self):
        self.asked = set()
        self.accepted = {}
        self.count = 0

    def accept(self, name, key):
        self.accepted.setdefault(name, []).append(key)
        self.count += 1

    def of(self, *names):
        return {key for name in names for key in list(self.accepted.get(name, []))}


class Client(threading.Thread):
    """Sends events, each with a key of its own, until the server is gone or it has sent enough."""

    def __init__(self, server, number, promises, choose, most):
        super().__init__(daemon=True)
        self.sender = Sender(server)
        self.number = number
        self.promises = promises
        self.choose = choose
        self.most = most
        self.failure = None

    def run(self):
        try:
            for at in range(self.most):
                name, event = self.choose()
                key = f"{self.number}-{at}"
                self.promises.asked.add(key)
                status, body = self.sender.send(name, {"key": key, **event})
                assert status == 202 and body == b"", (status, body)
                self.promises.accept(name, key)
        except (OSError, http.client.HTTPException):
            pass  # The server is gone: whether this event was accepted, nobody knows.
        except BaseException as failure:  # Told by the test's own thread.
            self.failure = failure


def database(data):
    return next(path for path in (data / "database").iterdir() if path.name.startswith("events") and path.suffix != ""
                and not path.name.endswith(("-wal", "-shm")))


def rows(data):
    """How many events and payloads the queue has."""
    connection = sqlite3.connect(database(data))
    try:
        return tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                     for table in ("event", "event_content"))
    finally:
        connection.close()


def fill_queue(data, name, count, payload):
    """Adds events like those of the function that wait already, both its shards', to the queue of a server that is
    closed."""
    connection = sqlite3.connect(database(data))
    try:
        samples = connection.execute(
            "SELECT shard, lane, due_millis, content.document FROM event "
            "JOIN event_content content ON content.id = event.id WHERE lane LIKE ? GROUP BY shard",
            (f"%/{name}%",)).fetchall()
        assert len(samples) == 2, samples

        places, contents = [], []
        for number in range(count):
            shard, lane, due, document = samples[number % 2]
            id = f"00000000-0000-4000-8000-{number:012x}"
            places.append((shard, lane, due, id))
            contents.append((id, json.dumps({**json.loads(document), "requestId": id}), payload))
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO event (shard, leased, lane, due_millis, id, lease, leased_until_millis, "
                               "document) VALUES (?, 0, ?, ?, ?, 0, 0, NULL)", places)
        connection.executemany("INSERT INTO event_content (id, document, payload) VALUES (?, ?, ?)", contents)
        connection.execute("COMMIT")
    finally:
        connection.close()


def diary_in(folder):
    """A diary that functions may write, wherever pytest has its folders."""
    os.chmod(folder, 0o755)
    return Diary(folder / "diary")
