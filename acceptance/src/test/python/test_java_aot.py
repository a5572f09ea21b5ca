"""AOT caches of functions on JDK 25: made in the background, used by cold starts, nobody else's, and harmless."""

import json
import time
import urllib.request
from pathlib import Path

import boto3
import pytest
from boda import Server, zipped
from java_functions import compiled

ROLE = "arn:aws:iam::123456789012:role/x"

SOURCE = """
package example;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;
public class Aot implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    public Aot() throws Exception {
        Files.writeString(Path.of("/tmp/of-init"), "x");
        switch (System.getenv().getOrDefault("INIT", "")) {
            case "fails" -> throw new IllegalStateException("not today");
            case "exits" -> System.exit(3);
            case "hangs" -> Thread.sleep(60_000);
            default -> System.out.println("init of " + System.getenv("MARK"));
        }
    }
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        Map<String, Object> answer = new TreeMap<>();
        try {
            answer.put("cached", Files.readString(Path.of("/proc/self/maps")).contains("start-cache"));
            File[] there = new File("/var/boda/start-cache").listFiles();
            answer.put("files", there == null ? List.of() : Arrays.stream(there).map(File::getName).sorted().toList());
            answer.put("writable", new File("/var/boda/start-cache/cache").canWrite());
            answer.put("tmp", Arrays.stream(new File("/tmp").list()).filter(f -> !f.startsWith("hsperf")).sorted().toList());
            answer.put("java", System.getProperty("java.specification.version"));
            answer.put("options", System.getProperty("own"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer;
    }
}
"""


class Functions:
    def __init__(self, server):
        self.server = server
        self.aws = self.client("lambda")

    def client(self, service):
        return boto3.client(service, endpoint_url=self.server.url, region_name="us-east-1",
                            aws_access_key_id="test", aws_secret_access_key="test")

    def create(self, name, package, environment=None, **members):
        self.aws.create_function(**{
            "FunctionName": name, "Runtime": "java25", "Role": ROLE, "Handler": "example.Aot", "MemorySize": 512,
            "Timeout": 15, "Code": {"ZipFile": package}, "Environment": {"Variables": environment or {}}, **members})
        self.aws.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def configure(self, name, **members):
        self.aws.update_function_configuration(FunctionName=name, **members)
        self.aws.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def call(self, name, **members):
        answer = self.aws.invoke(FunctionName=name, Payload=b"{}", **members)
        return json.loads(answer["Payload"].read()), answer

    def caches(self):
        """Version ids that have one."""
        folder = Path(self.server.data, "cache/starts")
        return {path.parent.name for path in folder.glob("*/cache") if path.parent.name != "writing"}

    def await_caches(self, number, seconds=150):
        until = time.monotonic() + seconds
        while len(self.caches()) != number:
            assert time.monotonic() < until, (self.caches(), self.server.lines[-5:])
            time.sleep(0.1)
        return self.caches()

    def clear(self):
        for function in self.aws.list_functions()["Functions"]:
            self.aws.delete_function(FunctionName=function["FunctionName"])
        self.await_caches(0)


@pytest.fixture(scope="module")
def aot_server(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("aot")) as running:
        line = next(line for line in running.lines if line.startswith("  runtimes"))
        if "java25" not in line.replace(",", "").split():
            pytest.skip("there is no JDK 25")
        yield running


@pytest.fixture
def functions(aot_server):
    functions = Functions(aot_server)
    yield functions
    functions.clear()


@pytest.fixture(scope="module")
def package(aot_server, tmp_path_factory):
    return zipped(compiled(tmp_path_factory.mktemp("java"), {"example.Aot": SOURCE}, release=17))


def test_a_cold_start_uses_what_was_made_after_the_creation(functions, package):
    functions.create("one", package, {"JAVA_TOOL_OPTIONS": "-Down=kept", "MARK": "one"})
    functions.await_caches(1)
    body, _ = functions.call("one")
    assert body == {"cached": True, "files": ["cache", "for"], "writable": False, "java": "25", "options": "kept",
                    "tmp": ["of-init"]}


def test_the_jvm_says_nothing_of_it_and_training_leaves_no_trace_in_the_log(functions, package):
    functions.create("quiet", package, {"MARK": "quiet"})
    functions.await_caches(1)
    groups = functions.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/quiet")["logGroups"]
    assert groups == []
    functions.call("quiet")
    events = functions.client("logs").filter_log_events(logGroupName="/aws/lambda/quiet")["events"]
    messages = [event["message"] for event in events]
    assert sum("init of quiet" in message for message in messages) == 1
    assert not any("aot" in message.lower() or "cache" in message for message in messages)


def test_who_asks_the_jvm_is_told_that_the_cache_is_used(functions, package):
    functions.create("told", package, {"JAVA_TOOL_OPTIONS": "-Xlog:aot"})
    functions.await_caches(1)
    functions.call("told")
    events = functions.client("logs").filter_log_events(logGroupName="/aws/lambda/told")["events"]
    assert any("Opened AOT cache /var/boda/start-cache/cache" in event["message"] for event in events)


def test_each_version_has_its_own_and_nobody_elses(functions, package):
    functions.create("a", package, {"MARK": "a"})
    functions.create("b", package, {"MARK": "b", "JAVA_TOOL_OPTIONS": "-XX:AOTMode=off"})
    first = functions.await_caches(1)
    assert functions.call("a")[0]["cached"]
    of_b, _ = functions.call("b")
    assert not of_b["cached"] and of_b["files"] == []
    functions.aws.publish_version(FunctionName="a")
    both = functions.await_caches(2)
    assert first < both
    assert functions.call("a", Qualifier="1")[0]["cached"]


def test_an_update_trains_anew_and_a_deletion_removes(functions, package):
    functions.create("changes", package)
    before = functions.await_caches(1)
    functions.configure("changes", MemorySize=256)
    until = time.monotonic() + 150
    while functions.caches() in (before, set()) or len(functions.caches()) > 1:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert functions.call("changes")[0]["cached"]
    functions.aws.delete_function(FunctionName="changes")
    functions.await_caches(0)


@pytest.mark.parametrize("memory", [128, 1769, 3008])
def test_functions_of_every_size_have_one(functions, package, memory):
    functions.create("sized", package, MemorySize=memory)
    functions.await_caches(1)
    assert functions.call("sized")[0]["cached"]


@pytest.mark.parametrize("init", ["fails", "exits"])
def test_an_init_that_ends_badly_trains_nothing_and_harms_nothing(functions, package, init):
    functions.create("bad", package, {"INIT": init})
    said = len(functions.server.lines)
    until = time.monotonic() + 150
    while sum("No start cache was made for" in line for line in functions.server.lines) < 2 and init == "exits":
        assert time.monotonic() < until, functions.server.lines[said:]
        time.sleep(0.1)
    body, answer = functions.call("bad")
    assert "FunctionError" in answer and "start" not in json.dumps(body)
    functions.configure("bad", Environment={"Variables": {}})
    functions.await_caches(1)
    assert functions.call("bad")[0]["cached"]


def test_a_damaged_cache_is_passed_over_in_silence(functions, package):
    functions.create("damaged", package, {"MARK": "damaged"})
    version, = functions.await_caches(1)
    file = Path(functions.server.data, "cache/starts", version, "cache")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:5000])
    body, answer = functions.call("damaged", LogType="Tail")
    assert "FunctionError" not in answer and not body["cached"]
    events = functions.client("logs").filter_log_events(logGroupName="/aws/lambda/damaged")["events"]
    assert not any("[aot" in event["message"] or "[cds" in event["message"] for event in events)


def test_what_was_made_outlives_the_server_and_a_reset_removes_it(tmp_path, package):
    with Server(tmp_path / "data") as server:
        functions = Functions(server)
        functions.create("kept", package)
        version = functions.await_caches(1)
    half = tmp_path / "data/cache/starts/writing/half"
    half.mkdir()
    (half / "cache").write_text("half")
    with Server(tmp_path / "data") as server:
        functions = Functions(server)
        assert functions.caches() == version and not half.exists()
        assert functions.call("kept")[0]["cached"]
        urllib.request.urlopen(urllib.request.Request(server.url + "/_boda/reset", method="POST")).read()
        assert functions.caches() == set()


def test_the_switch_turns_it_off(tmp_path, package):
    with Server(tmp_path / "data", "--no-java-aot") as server:
        functions = Functions(server)
        functions.create("off", package)
        assert functions.call("off")[0] == {
            "cached": False, "files": [], "writable": False, "java": "25", "tmp": ["of-init"]}
        assert not (tmp_path / "data/cache/starts").exists()
