"""Java functions by AWS's own runtime interface client: every kind of handler, and errors as AWS answers them."""

import base64
import json
import re

import pytest
from boda import tail, zipped
from java_functions import compiled, jar

RUNTIMES = ["java8.al2", "java8.al2023", "java11", "java11.al2023", "java17", "java17.al2023", "java21", "java25"]

IMPORTS = """
package example;
import com.amazonaws.services.lambda.runtime.*;
import java.io.*;
import java.util.*;
"""

SOURCES = {
    "example.Hello": """
public class Hello implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
        Map<String, Object> answer = new HashMap<>(event);
        answer.put("java", System.getProperty("java.specification.version"));
        answer.put("heap", Runtime.getRuntime().maxMemory());
        answer.put("property", System.getProperty("own.property"));
        answer.put("tmp", Arrays.asList(new File("/tmp").list()));
        return answer;
    }
}""",
    "example.Methods": """
public class Methods {
    public static class Person {
        private String name; private int age; private List<Person> children = new ArrayList<>();
        public String getName() { return name; } public void setName(String name) { this.name = name; }
        public int getAge() { return age; } public void setAge(int age) { this.age = age; }
        public List<Person> getChildren() { return children; }
        public void setChildren(List<Person> children) { this.children = children; }
    }
    public Person older(Person person, Context context) {
        person.setAge(person.getAge() + 1);
        for (Person child : person.getChildren()) older(child, context);
        return person;
    }
    public int sum(List<Integer> numbers) { int sum = 0; for (int number : numbers) sum += number; return sum; }
    public static String upper(String text) { return text.toUpperCase(); }
    public Map<String, Integer> count(Map<String, List<String>> lists) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Map.Entry<String, List<String>> list : lists.entrySet()) counts.put(list.getKey(), list.getValue().size());
        return counts;
    }
    public void nothing() { }
    public void stream(InputStream in, OutputStream out) throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) out.write(Character.toUpperCase(next));
    }
    public int length(String text) { return text.length(); }
    public String longText(int length) { char[] text = new char[length]; Arrays.fill(text, 'x'); return new String(text); }
    public Map<String, String> environment() { return System.getenv(); }
    public void fail(Object event) { throw new RuntimeException("Error: some_error_msg"); }
    public void failDeeply(Object event) { throw new IllegalStateException("no luck", new IOException("gone")); }
    public int overflow(int depth) { return overflow(depth + 1) + 1; }
    public void end(Map<String, Integer> event) { if (event.containsKey("status")) System.exit(event.get("status")); }
    public int calls;
    public int sleep(int millis) throws InterruptedException { Thread.sleep(millis); return ++calls; }
    public void log(Object event, Context context) {
        context.getLogger().log("one\\ntwo");
        System.out.println("printed");
        System.err.println("complained");
    }
    public Map<String, Object> context(Object event, Context context) {
        Map<String, Object> all = new HashMap<>();
        all.put("name", context.getFunctionName());
        all.put("version", context.getFunctionVersion());
        all.put("arn", context.getInvokedFunctionArn());
        all.put("memory", context.getMemoryLimitInMB());
        all.put("id", context.getAwsRequestId());
        all.put("group", context.getLogGroupName());
        all.put("stream", context.getLogStreamName());
        all.put("remaining", context.getRemainingTimeInMillis());
        all.put("custom", context.getClientContext() == null ? null : context.getClientContext().getCustom());
        all.put("trace", System.getProperty("com.amazonaws.xray.traceHeader"));
        return all;
    }
}""",
    "example.Streams": """
public class Streams implements RequestStreamHandler {
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) out.write(buffer, 0, read);
    }
}""",
    "example.Broken": """
public class Broken implements RequestHandler<Object, Object> {
    public Broken() { throw new IllegalArgumentException("not today"); }
    public Object handleRequest(Object event, Context context) { return null; }
}""",
}


@pytest.fixture(scope="module")
def classes(server, tmp_path_factory):
    """The server's build has brought what they are compiled against."""
    return compiled(tmp_path_factory.mktemp("java"), {name: IMPORTS + text for name, text in SOURCES.items()})


@pytest.fixture
def function(create, name, classes):
    def make(handler, runtime="java17", package=None, **members):
        create(name, package or zipped(classes), Runtime=runtime, Handler=handler,
               **{"MemorySize": 512, "Timeout": 15, **members})
        return name

    return make


def is_exact(server, runtime):
    line = next(line for line in server.lines if line.startswith("  runtimes"))
    return runtime in line.replace(",", "").split()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_hello(server, function, invoke, runtime):
    body, response = invoke(function("example.Hello", runtime, Environment={"Variables": {
        "JAVA_TOOL_OPTIONS": "-Down.property=set"}}), {"hello": "world"}, LogType="Tail")
    wanted = int(re.match(r"java(\d+)", runtime)[1])
    running = int(body["java"].removeprefix("1."))
    assert body["hello"] == "world" and body["property"] == "set"
    # The JVM's own, as on AWS; the client has written nothing.
    assert all(file.startswith("hsperfdata_") for file in body["tmp"])
    # Of the heap one survivor space does not count.
    assert 0.8 * 445_645 * 1024 <= body["heap"] <= 445_645 * 1024
    stands_in = response["ResponseMetadata"]["HTTPHeaders"].get("x-boda-runtime")
    if is_exact(server, runtime):
        assert running == wanted and stands_in is None
    else:
        assert running > wanted and stands_in.startswith(f"java {running}.")
    assert "Picked up JAVA_TOOL_OPTIONS: -Down.property=set" in tail(response)
    assert "WARNING" not in tail(response)


@pytest.mark.parametrize("handler, event, answer", [
    ("example.Hello::handleRequest", {"a": [1]}, {"a": [1]}),
    ("example.Methods::older", {"name": "Ada", "age": 36, "children": [{"name": "Byron", "age": 1}]},
     {"name": "Ada", "age": 37, "children": [{"name": "Byron", "age": 2, "children": []}]}),
    ("example.Methods::sum", [1, 2, 39], 42),
    ("example.Methods::upper", "größer", "GRÖSSER"),
    ("example.Methods::count", {"a": ["x", "y"], "b": []}, {"a": 2, "b": 0}),
    ("example.Methods::nothing", {}, None),
    ("example.Methods::stream", {"up": "per"}, {"UP": "PER"}),
    ("example.Streams", {"as": "it is"}, {"as": "it is"}),
    ("example.Streams::handleRequest", [1, {}], [1, {}]),
])
def test_kinds_of_handlers(function, invoke, handler, event, answer):
    body, response = invoke(function(handler), event)
    assert "FunctionError" not in response
    if isinstance(answer, dict):
        body = {key: body[key] for key in answer}
    assert body == answer


@pytest.mark.parametrize("runtime", ["java8.al2", "java11", "java17", "java21", "java25"])
def test_an_uncaught_exception(function, invoke, runtime):
    name = function("example.Methods::fail", runtime)
    for _ in range(2):
        body, response = invoke(name, {}, LogType="Tail")
        assert response["FunctionError"] == "Unhandled" and response["StatusCode"] == 200
        assert set(body) == {"errorMessage", "errorType", "stackTrace"}
        assert body["errorMessage"] == "Error: some_error_msg" and body["errorType"] == "java.lang.RuntimeException"
        assert body["stackTrace"][0].startswith("example.Methods.fail(Methods.java:")
        assert "Error: some_error_msg: java.lang.RuntimeException" in tail(response)


def test_a_cause_is_in_the_log(function, invoke):
    body, response = invoke(function("example.Methods::failDeeply"), {}, LogType="Tail")
    assert body["errorType"] == "java.lang.IllegalStateException" and body["errorMessage"] == "no luck"
    assert "Caused by: java.io.IOException: gone" in tail(response)


def test_a_stack_trace_of_a_thousand_frames(function, invoke):
    """The client sends it in a header, too."""
    body, response = invoke(function("example.Methods::overflow"), 0)
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "java.lang.StackOverflowError" and len(body["stackTrace"]) > 900


@pytest.mark.parametrize("handler, error_type, message", [
    ("example.Missing::handle", "java.lang.ClassNotFoundException", "Class not found: example.Missing"),
    ("example.Methods::missing", None,
     "No public method named missing with appropriate method signature found on class example.Methods"),
    ("example.Methods", None, "Class does not implement an appropriate handler interface: example.Methods"),
    ("example.Broken", "java.lang.IllegalArgumentException", "not today"),
])
def test_a_handler_that_cannot_be_loaded(function, invoke, handler, error_type, message):
    body, response = invoke(function(handler), {})
    assert response["FunctionError"] == "Unhandled"
    assert body["errorMessage"] == message and body.get("errorType") == error_type


def test_classes_that_are_newer_than_the_runtime(server, create, invoke, name, tmp_path):
    if not is_exact(server, "java17"):
        pytest.skip("java17 runs on a newer version here")
    package = zipped(compiled(tmp_path, {"example.New": "package example; public class New { public int run(int i) { return i; } }"},
                              release=25))
    create(name, package, Runtime="java17", Handler="example.New::run", MemorySize=512)
    body, _ = invoke(name, 1)
    assert body["errorType"] == "java.lang.UnsupportedClassVersionError"
    assert "example/New has been compiled by a more recent version of the Java Runtime" in body["errorMessage"]


@pytest.mark.parametrize("status, message", [
    (3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a reason")])
def test_an_exit(function, invoke, status, message):
    name = function("example.Methods::end")
    body, response = invoke(name, {"status": status})
    request_id = response["ResponseMetadata"]["RequestId"]
    assert body == {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {request_id} Error: {message}"}
    assert "FunctionError" not in invoke(name, {})[1]


def test_a_timeout(function, invoke):
    name = function("example.Methods::sleep", Timeout=2)
    assert [invoke(name, 1)[0], invoke(name, 1)[0]] == [1, 2]
    body, _ = invoke(name, 60_000)
    assert "Task timed out after 2.00 seconds" in body["errorMessage"]
    assert invoke(name, 1)[0] == 1


def test_payloads_of_six_megabytes(function, invoke):
    name = function("example.Streams")
    assert invoke(name, "x" * 6_000_000)[0] == "x" * 6_000_000


def test_an_answer_that_is_too_large(function, invoke):
    name = function("example.Methods::longText")
    body, response = invoke(name, 7_000_000)
    assert response["FunctionError"] == "Unhandled" and body["errorType"] == "Function.ResponseSizeTooLarge"
    assert invoke(name, 6_000_000)[0] == "x" * 6_000_000


def test_the_context_is_complete(function, invoke):
    client_context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    name = function("example.Methods::context", Timeout=7)
    body, response = invoke(name, {}, ClientContext=client_context)
    assert 0 < body.pop("remaining") <= 7_000
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", body.pop("stream"))
    assert body.pop("trace").startswith("Root=1-")
    assert body.pop("arn").endswith(f":function:{name}")
    assert body == {"name": name, "version": "$LATEST", "memory": 512, "id": response["ResponseMetadata"]["RequestId"],
                    "group": f"/aws/lambda/{name}", "custom": {"k": "v"}}


def test_the_environment_is_complete(function, invoke):
    name = function("example.Methods::environment", "java21", Environment={"Variables": {"STAGE": "prod"}})
    body, _ = invoke(name, {})
    exact = {"STAGE": "prod", "_HANDLER": "example.Methods::environment", "AWS_EXECUTION_ENV": "AWS_Lambda_java21",
             "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512", "AWS_REGION": "us-east-1",
             "LAMBDA_TASK_ROOT": "/var/task", "LAMBDA_RUNTIME_DIR": "/var/runtime", "TZ": ":UTC", "LANG": "en_US.UTF-8"}
    assert {key: body.get(key) for key in exact} == exact
    for key in ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LD_LIBRARY_PATH", "PATH"]:
        assert body.get(key), key
    assert "JAVA_HOME" not in body


def test_what_is_logged(function, invoke):
    _, response = invoke(function("example.Methods::log"), {}, LogType="Tail")
    assert re.search(r"^one\ntwo\n?printed\ncomplained$", tail(response), re.MULTILINE), tail(response)


WHICH = "package example; public class Which {{ public static String jar() {{ return \"{}\"; }} }}"
ASKS = "package example; public class Asks { public String run(Object o) { return Which.jar(); } }"


def test_the_class_path_is_in_awss_order(lambda_client, create, invoke, name, tmp_path):
    """Of /var/task, the jars in its lib by name, and the jars of layers, the first that has a class."""
    def which(place):
        return compiled(tmp_path / place, {"example.Which": WHICH.format(place)})

    asks = compiled(tmp_path / "asks", {"example.Which": WHICH.format("none"),
                                        "example.Asks": ASKS})
    asks = {"example/Asks.class": asks["example/Asks.class"]}
    layer = lambda_client.publish_layer_version(
        LayerName=name, Content={"ZipFile": zipped({"java/lib/layer.jar": jar(which("layer"))})})["LayerVersionArn"]
    packages = {
        "task": {**asks, **which("task"), "lib/a.jar": jar(which("a")), "lib/b.jar": jar(which("b"))},
        "a": {**asks, "lib/b.jar": jar(which("b")), "lib/a.jar": jar(which("a"))},
        "layer": {**asks, "lib/only.jar": jar({"other.txt": "x"})},
    }
    for place, files in packages.items():
        create(f"{name}-{place}", zipped(files), Runtime="java17", Handler="example.Asks::run", MemorySize=512,
               Layers=[layer])
        assert invoke(f"{name}-{place}", {})[0] == place


def test_a_jar_that_is_the_package(function, invoke, classes):
    body, _ = invoke(function("example.Methods::sum", package=jar(classes)), [40, 2])
    assert body == 42


def test_a_wrapper_gets_the_whole_command(create, invoke, name, classes):
    wrapper = "#!/bin/sh\nprogram=$1\nshift\nexec \"$program\" -Down.property=\"$1 ${12}\" \"$@\"\n"
    create(name, zipped({**classes, "wrapper": wrapper}, {"wrapper": 0o100755}), Runtime="java17", MemorySize=512,
           Handler="example.Hello::handleRequest", Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}})
    body, _ = invoke(name, {})
    assert body["property"].startswith("-XX:MaxHeapSize=445645k")
