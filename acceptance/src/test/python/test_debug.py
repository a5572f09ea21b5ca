"""`boda debug`: debuggers of Node.js, Java and Python stop in a handler for longer than its timeout, read a variable and
let go; everything else is as before, and as it was when debugging ends."""

import http.client
import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlparse

import pytest
from boda import Server, node_function, python_function, zipped
from conftest import ROLE, client_factory
from debuggers import SECONDS, BodaDebug, Dap, Inspector, Jdb, closed
from java_functions import compiled, jar, javac

NODE = """
export const handler = async (event, context) => {
  const doubled = event.number * 2;
  return { doubled, left: context.getRemainingTimeInMillis() <= 1000 };
};
export const spin = async () => { for (;;); };
"""

PYTHON = """
LOADED = 1
def lambda_handler(event, context):
    doubled = event["number"] * 2
    return {"doubled": doubled}
"""

JAVA = {
    "example.Doubles": """
package example;
import java.util.*;
public class Doubles {
    int doubled;
    public Map<String, Integer> handle(Map<String, Integer> event) {
        doubled = event.get("number") * 2;
        return Map.of("doubled", doubled);
    }
}"""
}

TIMEOUT_SECONDS = 1
LONGER_THAN_THE_TIMEOUT = 2.5


@pytest.fixture(params=["isolated", "plain"], scope="module")
def server(request, tmp_path_factory):
    """Both ways to reach a debugger's port: in the environment's own network, and in the machine's."""
    options = ["--plain-processes"] if request.param == "plain" else []
    with Server(tmp_path_factory.mktemp("debug-" + request.param), *options) as running:
        yield running


@pytest.fixture(scope="module")
def clients(server):
    return client_factory(server)


@pytest.fixture(scope="module")
def lambda_client(clients):
    return clients("lambda")


@pytest.fixture
def caller():
    with ThreadPoolExecutor(4) as threads:
        yield threads


def is_plain(server):
    return "--plain-processes" in server.options


def stays(future):
    """The invocation is held for longer than the function's timeout."""
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        future.result(LONGER_THAN_THE_TIMEOUT)
    assert time.monotonic() - begun > TIMEOUT_SECONDS + 1


def assert_as_before(invoke, name, debug):
    """The port is closed and the function has its timeout."""
    assert closed(debug.port)
    answer, whole = invoke(name, {"number": 4})
    assert "FunctionError" not in whole and answer["doubled"] == 8


def line_of(source, text):
    return next(number for number, line in enumerate(source.splitlines(), 1) if text in line)


def test_a_nodejs_function_stops_at_a_breakpoint_for_longer_than_its_timeout(server, create, invoke, name, caller):
    create(name, node_function(NODE), Runtime="nodejs20.x", Handler="index.handler", Timeout=TIMEOUT_SECONDS,
           MemorySize=512)
    create(name + "-beside", node_function(NODE), Runtime="nodejs20.x", Handler="index.spin", Timeout=TIMEOUT_SECONDS)
    with BodaDebug(server, name, "--port", "0") as debug:
        # Attached before anything was called.
        inspector = Inspector(debug.port)
        inspector.call("Debugger.enable")
        inspector.call("Debugger.setBreakpointByUrl", urlRegex=r"index\.mjs$", lineNumber=line_of(NODE, "return {") - 1)
        future = caller.submit(invoke, name, {"number": 21})
        frame = inspector.event("Debugger.paused")["callFrames"][0]
        stays(future)
        found = inspector.call("Debugger.evaluateOnCallFrame", callFrameId=frame["callFrameId"], expression="doubled")
        assert found["result"]["value"] == 42

        _, beside = invoke(name + "-beside", {})
        assert "FunctionError" in beside, "another function keeps its timeout"

        # A second invocation waits for its turn, in the same environment.
        second = caller.submit(invoke, name, {"number": 1})
        stays(second)
        inspector.call("Debugger.disable")
        assert future.result(SECONDS)[0] == {"doubled": 42, "left": True}
        assert second.result(SECONDS)[0] == {"doubled": 2, "left": True}
        inspector.close()

        # It may leave and come back.
        again = Inspector(debug.port)
        assert again.call("Runtime.evaluate", expression="6 * 7")["result"]["value"] == 42
        again.close()
    assert_as_before(invoke, name, debug)


def test_a_python_function_stops_at_a_breakpoint_for_longer_than_its_timeout(server, create, invoke, name, caller):
    create(name, python_function(PYTHON), Runtime="python3.12", Timeout=TIMEOUT_SECONDS, MemorySize=1024)
    with BodaDebug(server, name, "--port", "0") as debug:
        dap = Dap(debug.port)
        where = next(line for line in debug.lines if "remoteRoot" in line)
        root = json.loads(where[where.index("{"):])["pathMappings"][0]["remoteRoot"]
        assert is_plain(server) or root == "/var/task"
        source = {"path": root + "/lambda_function.py"}
        dap.call("setBreakpoints", source=source, breakpoints=[{"line": line_of(PYTHON, "return {")}])
        dap.configured()
        future = caller.submit(invoke, name, {"number": 21})
        thread = dap.event("stopped")["threadId"]
        stays(future)
        frame = dap.call("stackTrace", threadId=thread)["stackFrames"][0]
        assert dap.call("evaluate", expression="doubled", frameId=frame["id"])["result"] == "42"
        dap.call("continue", threadId=thread)
        assert future.result(SECONDS)[0] == {"doubled": 42}
        dap.close()
    assert_as_before(invoke, name, debug)


def test_with_wait_a_python_function_stops_in_what_runs_at_init(server, create, invoke, name, caller):
    create(name, python_function(PYTHON), Runtime="python3.12", Timeout=TIMEOUT_SECONDS, MemorySize=1024)
    with BodaDebug(server, name, "--port", "0", "--wait") as debug:
        future = caller.submit(invoke, name, {"number": 3})
        stays(future)
        dap = Dap(debug.port)
        where = next(line for line in debug.lines if "remoteRoot" in line)
        root = json.loads(where[where.index("{"):])["pathMappings"][0]["remoteRoot"]
        dap.call("setBreakpoints", source={"path": root + "/lambda_function.py"},
                 breakpoints=[{"line": line_of(PYTHON, "LOADED")}])
        dap.configured()
        thread = dap.event("stopped")["threadId"]
        dap.call("continue", threadId=thread)
        assert future.result(SECONDS)[0] == {"doubled": 6}
        dap.close()


def test_a_java_function_stops_at_a_breakpoint_for_longer_than_its_timeout(
        server, create, invoke, name, caller, tmp_path):
    create(name, zipped({"lib/app.jar": jar(compiled(tmp_path, JAVA, release=17))}), Runtime="java25",
           Handler="example.Doubles::handle", Timeout=5, MemorySize=1024)
    with BodaDebug(server, name, "--port", "0") as debug:
        jdb = Jdb(str(Path(javac()).parent / "jdb"), debug.port)
        jdb.wait("Initializing jdb")
        jdb.do("stop at example.Doubles:8", "Set breakpoint|Deferring breakpoint")
        future = caller.submit(invoke, name, {"number": 21})
        jdb.wait("Breakpoint hit")
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            future.result(7)
        assert time.monotonic() - begun > 6
        jdb.do("print this.doubled", "= 42")
        jdb.do("cont", ">")
        assert future.result(SECONDS)[0] == {"doubled": 42}
        jdb.close()
    assert_as_before(invoke, name, debug)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_whoever_is_stopped_at_a_breakpoint_goes_on_when_the_command_ends(
        server, create, invoke, name, caller, ending):
    create(name, node_function(NODE), Runtime="nodejs20.x", Handler="index.handler", Timeout=20, MemorySize=512)
    with BodaDebug(server, name, "--port", "0") as debug:
        inspector = Inspector(debug.port)
        inspector.call("Debugger.enable")
        inspector.call("Debugger.setBreakpointByUrl", urlRegex=r"index\.mjs$", lineNumber=line_of(NODE, "return {") - 1)
        future = caller.submit(invoke, name, {"number": 5})
        inspector.event("Debugger.paused")
        debug.stop(ending)
        assert future.result(SECONDS)[0]["doubled"] == 10
    assert_as_before(invoke, name, debug)


def test_an_endless_handler_has_its_timeout_again_when_debugging_ends(server, create, invoke, name, caller):
    create(name, node_function(NODE), Runtime="nodejs20.x", Handler="index.spin", Timeout=TIMEOUT_SECONDS)
    with BodaDebug(server, name, "--port", "0") as debug:
        future = caller.submit(invoke, name, {})
        stays(future)
        debug.stop()
        answer, whole = future.result(SECONDS)
        assert "FunctionError" in whole and "timed out after 1.00 seconds" in answer["errorMessage"]


def test_an_update_is_debugged_too(server, create, invoke, name, lambda_client):
    create(name, python_function(PYTHON), Runtime="python3.12", Timeout=TIMEOUT_SECONDS, MemorySize=1024)
    slow = "import time\ndef lambda_handler(event, context):\n    time.sleep(2)\n    return 'new'\n"
    with BodaDebug(server, name, "--port", "0"):
        assert invoke(name, {"number": 1})[0] == {"doubled": 2}
        lambda_client.update_function_code(FunctionName=name, ZipFile=python_function(slow))
        lambda_client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        assert invoke(name, {})[0] == "new", "without a timeout"


def test_what_cannot_be_debugged_is_refused(server, create, name):
    create(name, node_function(NODE), Runtime="nodejs20.x", Handler="index.handler")
    create(name + "-own", zipped({"bootstrap": "#!/bin/sh\n"}, {"bootstrap": 0o100755}), Runtime="provided.al2023")
    assert "is not a function's name" in BodaDebug(server, "no!").refusal()[1]
    status, said = BodaDebug(server, name + "-other").refusal()
    assert status == 1 and f"Function not found: arn:aws:lambda:us-east-1:000000000000:function:{name}-other" in said
    assert "Functions of provided.al2023 cannot be debugged" in BodaDebug(server, name + "-own").refusal()[1]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} cannot be listened at" in BodaDebug(server, name, "--port", port).refusal()[1]
    with BodaDebug(server, name, "--port", "0"):
        assert "already" in BodaDebug(server, name, "--port", "0").refusal()[1]


def test_without_a_server_it_says_what_starts_one(server, tmp_path):
    class Nowhere:
        data = tmp_path / "none"

    status, said = BodaDebug(Nowhere, "any").refusal()
    assert status == 1 and "No server runs with the data directory" in said and "boda start" in said


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_the_command_ends_with_its_server(tmp_path, name, ending):
    with Server(tmp_path / "data") as own:
        client_factory(own)("lambda").create_function(
            FunctionName=name, Runtime="nodejs20.x", Role=ROLE, Handler="index.handler",
            Code={"ZipFile": node_function(NODE)})
        with BodaDebug(own, name, "--port", "0") as debug:
            Inspector(debug.port).close()
            begun = time.monotonic()
            own.stop(ending)
            assert time.monotonic() - begun < 10
            status, said = debug.refusal()
            assert status == 1 and "ended" in said.splitlines()[-1] and "Exception" not in said
            assert closed(debug.port)


def ask(server, headers, path="/_boda/debug", body=b'{"function": "any"}'):
    address = urlparse(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=SECONDS)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_only_who_reads_the_data_directory_may_debug_and_no_web_page(server):
    access = Path(server.data, "debug-access")
    assert access.stat().st_mode & 0o777 == 0o600
    key = "Bearer " + access.read_text().splitlines()[1]
    assert ask(server, {})[0] == 403
    assert ask(server, {"Authorization": "Bearer guessed"})[0] == 403
    assert ask(server, {"Authorization": key, "Origin": server.url})[0] == 403, "not even a page of its own"
    assert ask(server, {"Authorization": key, "Sec-Fetch-Site": "none"})[0] == 403
    assert ask(server, {"Authorization": key})[0] == 404, "no such function"


INSIDE = """
import http.client, os, socket
def lambda_handler(event, context):
    found = {}
    for host in event["hosts"]:
        try:
            socket.create_connection((host, event["port"]), 3).close()
            found[host] = "connected"
        except OSError as e:
            found[host] = type(e).__name__
    address = os.environ["AWS_ENDPOINT_URL"].split("//")[1]
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("POST", "/_boda/debug", b"{}")
    found["status"] = connection.getresponse().status
    return found
"""


def test_no_environment_reaches_the_debuggers_port_or_turns_debugging_on(server, create, invoke, name):
    create(name, node_function(NODE), Runtime="nodejs20.x", Handler="index.handler")
    create(name + "-stranger", python_function(INSIDE), Timeout=30)
    with BodaDebug(server, name, "--port", "0") as debug:
        hosts = ["127.0.0.1", *_own_addresses()]
        found, whole = invoke(name + "-stranger", {"hosts": hosts, "port": debug.port})
        assert "FunctionError" not in whole, found
        assert found.pop("status") == 403
        if is_plain(server):
            # It shares the machine's network, as docs/isolation.md says; beyond the machine nobody reaches it.
            found.pop("127.0.0.1")
        assert "connected" not in found.values(), found


def _own_addresses():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return [probe.getsockname()[0]]
        except OSError:
            return []


def test_who_does_not_speak_as_a_debugger_is_let_go(server, create, name):
    create(name, python_function(PYTHON), Runtime="python3.12", MemorySize=512)
    with BodaDebug(server, name, "--port", "0") as debug:
        with socket.create_connection(("127.0.0.1", debug.port), SECONDS) as page:
            page.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}")
            assert page.recv(1) == b""
