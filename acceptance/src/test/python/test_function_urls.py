"""Function URLs: plain HTTP to a function, by curl and by clients that sign."""

import base64
import http.client
import json
import socket
import subprocess
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from unittest import mock
from urllib.parse import urlparse

import pytest
from boda import Server, node_function, python_function
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from conftest import ROLE, client_factory
from streamers import STREAMER
from test_streaming import MEGABYTE, MOST_BYTES, logged, memory_of

FORBIDDEN = ("Forbidden. For troubleshooting Function URL authorization issues, see: "
             "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html")
ECHO = python_function("def lambda_handler(event, context):\n    return event\n")
# What the body asks for.
MADE = python_function("""
import base64, json
def lambda_handler(event, context):
    asked = event["body"]
    if event["isBase64Encoded"]:
        asked = base64.b64decode(asked)
    return json.loads(asked)
""")
STREAMS = 200


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)


class Url:
    """One URL as clients call it: by the host name, at the server's socket."""

    def __init__(self, server, config):
        self.config = config
        self.host = urlparse(config["FunctionUrl"]).netloc
        self.id = self.host.split(".")[0]
        self.socket = urlparse(server.url)

    def call(self, path="/", method="GET", body=None, host=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(method, path, body, {"Host": host or self.host, **named})

    def send(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self.socket.hostname, self.socket.port, timeout=70)
        try:
            connection.request(method, path, body, headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def local(self):
        """As a client without a name server finds it."""
        return f"http://{self.id}.lambda-url.us-east-1.localhost:{self.socket.port}/"


def permit(client, name, **qualified):
    client.add_permission(FunctionName=name, StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*",
                          FunctionUrlAuthType="NONE", **qualified)
    client.add_permission(FunctionName=name, StatementId="invoke", Action="lambda:InvokeFunction", Principal="*",
                          InvokedViaFunctionUrl=True, **qualified)


@pytest.fixture
def url(lambda_client, server, create, name):
    """Makes a function with a URL: url(package, …)."""

    def make(package, auth="NONE", mode="BUFFERED", permitted=True, cors=None, **members):
        create(name, package, **members)
        config = lambda_client.create_function_url_config(FunctionName=name, AuthType=auth, InvokeMode=mode,
                                                          **({"Cors": cors} if cors else {}))
        if permitted and auth == "NONE":
            permit(lambda_client, name)
        return Url(server, config)

    return make


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", "--max-time", "60", *arguments], capture_output=True)


# The event

def test_every_field_of_the_event(url, name):
    its = url(ECHO)
    before = time.time()
    answer = its.call("/pa2%2Fth/1?q=query&multiQuery=foo&multiQuery=%2Fbar&empty=&plus=a+b%20c", "POST", b'{"foo": "bar"}',
                      content_type="application/json", user_agent="test/echo", cookie="a=1; b=2", ExTrA_HeadErs="With WeiRd CapS",
                      x_forwarded_for="203.0.113.9")
    event = answer.json()
    headers = event.pop("headers")
    context = event.pop("requestContext")
    assert event == {
        "version": "2.0", "routeKey": "$default", "rawPath": "/pa2%2Fth/1",
        "rawQueryString": "q=query&multiQuery=foo&multiQuery=%2Fbar&empty=&plus=a+b%20c", "cookies": ["a=1", "b=2"],
        "queryStringParameters": {"q": "query", "multiQuery": "foo,/bar", "empty": "", "plus": "a b c"},
        "body": '{"foo": "bar"}', "isBase64Encoded": False}
    assert headers["extra-headers"] == "With WeiRd CapS" and headers["content-type"] == "application/json"
    assert headers["host"] == its.host and headers["user-agent"] == "test/echo" and headers["content-length"] == "14"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"} <= headers.keys()
    assert all(key == key.lower() for key in headers)
    assert context.pop("timeEpoch") / 1000 == pytest.approx(before, abs=30)
    assert datetime.strptime(context.pop("time"), "%d/%b/%Y:%H:%M:%S %z")
    assert context.pop("requestId") == answer.headers["x-amzn-RequestId"]
    assert headers["x-forwarded-for"] == "203.0.113.9" and context["http"].pop("sourceIp") == "127.0.0.1"
    assert context == {
        "accountId": "anonymous", "apiId": its.id, "domainName": its.host.split(":")[0], "domainPrefix": its.id,
        "routeKey": "$default", "stage": "$default",
        "http": {"method": "POST", "path": "/pa2/th/1", "protocol": "HTTP/1.1", "userAgent": "test/echo"}}


def test_a_request_without_anything(url):
    event = url(ECHO).call("/").json()
    assert event["rawPath"] == "/" and event["rawQueryString"] == "" and event["isBase64Encoded"] is False
    assert not {"body", "cookies", "queryStringParameters"} & event.keys()


@pytest.mark.parametrize("content_type, encoded", [
    ("text/plain", False), ("application/json; charset=utf-8", False), ("application/xml", False),
    ("image/png", True), ("application/octet-stream", True), ("multipart/form-data; boundary=x", True)])
def test_bodies_that_are_text_and_others(url, content_type, encoded):
    event = url(ECHO).call("/", "POST", b"a\xc3\xa9", content_type=content_type).json()
    assert event["isBase64Encoded"] is encoded
    assert event["body"] == (base64.b64encode(b"a\xc3\xa9").decode() if encoded else "aé")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_reaches_the_function(url, method):
    answer = url(python_function(
        "def lambda_handler(e, c):\n    return {'statusCode': 200, 'headers': {'x-method': e['requestContext']['http']['method']},"
        " 'body': 'x'}\n")).call("/", method)
    assert answer.status == 200 and answer.headers["x-method"] == method
    assert answer.body == (b"" if method == "HEAD" else b"x")


def test_a_url_is_found_by_its_names_and_its_path(url):
    its = url(ECHO)
    for host in (its.host, its.host.upper(), f"{its.id}.lambda-url.us-east-1.on.aws",
                 f"{its.id}.lambda-url.us-east-1.localhost:1"):
        assert its.call("/a", host=host).json()["rawPath"] == "/a"
    by_path = its.call(f"/_boda/url/{its.id}/a/b?c=1", host="127.0.0.1")
    assert by_path.json()["rawPath"] == "/a/b" and by_path.json()["rawQueryString"] == "c=1"
    assert its.call(f"/_boda/url/{its.id}", host="127.0.0.1").json()["rawPath"] == "/"
    done = curl(its.local() + "from/curl")
    assert done.returncode == 0 and json.loads(done.stdout)["rawPath"] == "/from/curl"


def test_a_url_that_does_not_exist(url):
    its = url(ECHO)
    for host in ("0" * 32 + ".lambda-url.us-east-1.on.aws", f"{its.id}.lambda-url.eu-west-1.on.aws"):
        answer = its.call("/", host=host)
        assert (answer.status, answer.body) == (403, b'{"Message":null}')
        assert answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"


# The answer

def asked(its, answer, raw=None):
    return its.call("/", "POST", json.dumps(answer) if raw is None else raw, content_type="application/json")


def test_answers_of_format_2(url):
    its = url(MADE)
    answer = asked(its, {"statusCode": 201, "headers": {"Content-Type": "text/html", "My-Header": "v", "X-Number": 3},
                         "cookies": ["a=1; Secure", "b=2"], "body": "<p>", "isBase64Encoded": False})
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (201, b"<p>", "text/html")
    assert (answer.headers["My-Header"], answer.headers["X-Number"]) == ("v", "3")
    assert answer.headers.get_all("Set-Cookie") == ["a=1; Secure", "b=2"]
    assert {"Date", "x-amzn-RequestId", "X-Amzn-Trace-Id"} <= set(answer.headers.keys())
    binary = asked(its, {"statusCode": 200, "headers": {"Content-Type": "image/png"},
                         "body": base64.b64encode(bytes(range(256))).decode(), "isBase64Encoded": True})
    assert binary.body == bytes(range(256)) and binary.headers["Content-Type"] == "image/png"
    teapot = asked(its, {"statusCode": "418", "body": "i'm a teapot"})
    assert (teapot.status, teapot.body, teapot.headers["Content-Type"]) == (418, b"i'm a teapot", "application/json")
    assert asked(its, {"statusCode": 204}).status == 204


@pytest.mark.parametrize("answer, body", [
    ({"hello": "world"}, b'{"hello":"world"}'), (["hello", 3, True], b'["hello",3,true]'), ("hello", b"hello"), (3, b"3"),
    (3.1, b"3.1"), (True, b"true"), (None, b"null")])
def test_answers_that_are_inferred(url, answer, body):
    """Recorded on AWS, but for null."""
    got = asked(url(MADE), answer)
    assert (got.status, got.body) == (200, body)
    assert (got.headers["Content-Type"], got.headers["Content-Length"]) == ("application/json", str(len(body)))


@pytest.mark.parametrize("answer", [
    {"statusCode": "many"}, {"statusCode": 99}, {"statusCode": 1000}, {"statusCode": 200, "headers": "none"},
    {"statusCode": 200, "headers": {"a\nb": "c"}}, {"statusCode": 200, "cookies": "a=1"},
    {"statusCode": 200, "isBase64Encoded": True, "body": "***"}])
def test_malformed_answers(url, answer):
    got = asked(url(MADE), answer)
    assert (got.status, got.body) == (502, b"Internal Server Error")


@pytest.mark.parametrize("source", [
    "def lambda_handler(e, c):\n    raise ValueError('no')\n", "import os\ndef lambda_handler(e, c):\n    os._exit(1)\n",
    "import nothing\n", "import time\ndef lambda_handler(e, c):\n    time.sleep(30)\n"])
def test_a_function_that_fails_is_a_502(url, source):
    got = url(python_function(source), Timeout=1).call()
    assert (got.status, got.body) == (502, b"Internal Server Error")


def test_a_throttle_is_a_429(url, lambda_client, name):
    its = url(ECHO)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    got = its.call()
    assert got.status == 429 and got.json()["Message"].startswith("Rate Exceeded")
    assert got.headers["x-amzn-ErrorType"] == "TooManyRequestsException"


def test_six_megabytes_each_way(url):
    its = url(python_function("def lambda_handler(e, c):\n    return {'statusCode': 200, 'body': 'x' * int(e['rawPath'][1:])}\n"))
    assert len(its.call("/6000000").body) == 6_000_000
    assert its.call("/6300000").status == 502
    assert its.call("/1", "POST", b"x" * 6_000_000, content_type="text/plain").body == b"x"
    for size in (6_291_457, 6_291_000):
        got = its.call("/1", "POST", b"x" * size, content_type="text/plain")
        assert got.status == 413 and "6291456" in got.json()["Message"]


# Who may call

def test_both_permissions_are_needed(url, lambda_client, name):
    its = url(ECHO, permitted=False)

    def refused():
        answer = its.call()
        assert answer.status == 403 and answer.headers["x-amzn-ErrorType"] == "AccessDeniedException"
        return answer.json()["Message"], answer.headers["X-Boda-Missing-Permission"]

    said, missing = refused()
    assert said == FORBIDDEN and "lambda:InvokeFunctionUrl" in missing and "lambda:InvokeFunction" in missing.split(",")[-1]
    permit(lambda_client, name)
    assert its.call().status == 200
    lambda_client.remove_permission(FunctionName=name, StatementId="invoke")
    said, missing = refused()
    assert said.startswith(FORBIDDEN) and "lambda:InvokeFunction " in said and missing == "lambda:InvokeFunction"
    lambda_client.add_permission(FunctionName=name, StatementId="invoke", Action="lambda:InvokeFunction", Principal="*",
                                 InvokedViaFunctionUrl=True)
    lambda_client.remove_permission(FunctionName=name, StatementId="url")
    said, missing = refused()
    assert said.startswith(FORBIDDEN) and missing == "lambda:InvokeFunctionUrl"


def signed(its, path="/", method="GET", body=b"", key="test", secret="test", at=None, query=False, service="lambda", **headers):
    """A request as botocore signs it; at: when."""
    request = AWSRequest(method, f"http://{its.host}{path}", data=body, headers={"Host": its.host, **headers})
    signer = SigV4QueryAuth if query else SigV4Auth
    with mock.patch("botocore.auth.get_current_datetime", return_value=at or datetime.now(timezone.utc).replace(tzinfo=None)):
        signer(Credentials(key, secret), service, "us-east-1").add_auth(request)
    address = urllib.parse.urlsplit(request.url)
    target = address.path + ("?" + address.query if address.query else "")
    return its.send(method, target, body, dict(request.headers.items()))


def test_under_iam_only_who_signs_is_let_in(url, name):
    its = url(ECHO, auth="AWS_IAM")
    event = signed(its, "/a%20b?x=1&y=%2F", "POST", b"text", **{"Content-Type": "text/plain"}).json()
    assert event["requestContext"]["accountId"] == "000000000000" and event["body"] == "text"
    iam = event["requestContext"]["authorizer"]["iam"]
    assert iam["accessKey"] == "test" and iam["accountId"] == "000000000000" and iam["cognitoIdentity"] is None
    assert iam["userArn"] == "arn:aws:iam::000000000000:root"
    assert signed(its, "/presigned", query=True).json()["rawPath"] == "/presigned"

    unsigned = its.call()
    assert (unsigned.status, unsigned.json()) == (403, {"Message": FORBIDDEN})
    wrong = signed(its, secret="wrong")
    assert wrong.status == 403 and "The request signature we calculated does not match" in wrong.json()["message"]
    unknown = signed(its, key="AKIAIOSFODNN7EXAMPLE")
    assert (unknown.status, unknown.json()["message"]) == (403, "The security token included in the request is invalid.")
    expired = signed(its, at=datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(hours=1))
    assert expired.status == 403 and expired.json()["message"].startswith("Signature expired: ")
    # A body that is not the one that was signed.
    request = AWSRequest("POST", f"http://{its.host}/", data=b"one", headers={"Host": its.host})
    SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1").add_auth(request)
    assert its.send("POST", "/", b"two", dict(request.headers.items())).status == 403


def test_a_function_calls_another_ones_url_with_its_own_keys(url, lambda_client, server, create, name):
    its = url(ECHO, auth="AWS_IAM")
    caller = name + "-caller"
    create(caller, python_function(f"""
import os, urllib.request
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
def lambda_handler(event, context):
    request = AWSRequest("GET", "http://{its.host}/inside")
    request.headers["Host"] = "{its.host}"
    SigV4Auth(Session().get_credentials(), "lambda", "us-east-1").add_auth(request)
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    sent = urllib.request.Request(endpoint + "/inside", headers=dict(request.headers.items()))
    return urllib.request.urlopen(sent).read().decode()
"""), Timeout=20)
    answer = json.loads(lambda_client.invoke(FunctionName=caller)["Payload"].read())
    event = json.loads(answer)
    assert event["rawPath"] == "/inside"
    assert event["requestContext"]["authorizer"]["iam"]["userArn"].startswith("arn:aws:sts::")


def test_an_alias_has_a_url_of_its_own(lambda_client, server, create, name):
    create(name, python_function("def lambda_handler(e, c):\n    return c.invoked_function_arn + ' ' + c.function_version\n"))
    lambda_client.publish_version(FunctionName=name)
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    its = Url(server, lambda_client.create_function_url_config(FunctionName=name, Qualifier="live", AuthType="NONE"))
    permit(lambda_client, name, Qualifier="live")
    assert its.call().body.decode().split(" ") == [f"arn:aws:lambda:us-east-1:000000000000:function:{name}:live", "1"]
    lambda_client.delete_alias(FunctionName=name, Name="live")
    gone = its.call()
    assert (gone.status, gone.json()) == (403, {"Message": FORBIDDEN})
    assert gone.headers["x-amzn-ErrorType"] == "AccessDeniedException"


# Pages of other origins; test_browser.py has a real browser

def test_cors_rules(url):
    its = url(ECHO, cors={"AllowOrigins": ["https://a.example"], "AllowMethods": ["PUT"], "AllowHeaders": ["x-one"],
                          "ExposeHeaders": ["x-two"], "AllowCredentials": True, "MaxAge": 60})
    preflight = its.call("/", "OPTIONS", origin="https://a.example", access_control_request_method="PUT",
                         access_control_request_headers="x-one")
    assert preflight.status == 200 and preflight.body == b""
    expected = {"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Credentials": "true",
                "Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Headers": "x-one", "Access-Control-Max-Age": "60"}
    assert expected.items() <= dict(preflight.headers.items()).items()
    answer = its.call("/", "PUT", origin="https://a.example")
    assert answer.status == 200 and answer.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert answer.headers["Access-Control-Expose-Headers"] == "x-two" and "Origin" in answer.headers["Vary"]
    other = its.call("/", "PUT", origin="https://b.example")
    assert other.status == 200 and "Access-Control-Allow-Origin" not in other.headers


def test_without_rules_the_function_answers_preflights(url):
    its = url(python_function("def lambda_handler(e, c):\n    return {'statusCode': 204, 'headers': {'x-own': 'yes'}}\n"))
    answer = its.call("/", "OPTIONS", origin="https://a.example", access_control_request_method="PUT")
    assert answer.status == 204 and answer.headers["x-own"] == "yes"
    assert "Access-Control-Allow-Origin" not in answer.headers


# Streams

def test_curl_shows_words_as_the_function_writes_them(url):
    its = url(node_function("""
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream.setContentType('text/plain');
  for (const word of ['one', 'two', 'three', 'four']) {
    stream.write(word + '\\n');
    await new Promise((go) => setTimeout(go, 300));
  }
  stream.end();
});
"""), mode="RESPONSE_STREAM", Runtime="nodejs20.x", Handler="index.handler", Timeout=10)
    its.call()  # warm
    arrivals, words = [], []
    with subprocess.Popen(["curl", "--silent", "--no-buffer", its.local()], stdout=subprocess.PIPE) as running:
        for line in running.stdout:
            arrivals.append(time.monotonic())
            words.append(line)
    assert words == [b"one\n", b"two\n", b"three\n", b"four\n"]
    gaps = [later - earlier for earlier, later in zip(arrivals, arrivals[1:])]
    assert all(0.2 < gap < 0.45 for gap in gaps), gaps


def test_metadata_before_a_stream(url):
    its = url(node_function("""
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  stream = awslambda.HttpResponseStream.from(stream, {
    statusCode: 201, headers: { 'content-type': 'text/x-words', 'x-own': 'yes' }, cookies: ['a=1'] });
  stream.write('words');
  stream.end();
});
"""), mode="RESPONSE_STREAM", Runtime="nodejs20.x", Handler="index.handler")
    answer = its.call()
    assert (answer.status, answer.body) == (201, b"words")
    assert (answer.headers["Content-Type"], answer.headers["X-Own"]) == ("text/x-words", "yes")
    assert answer.headers.get_all("Set-Cookie") == ["a=1"] and answer.headers["Transfer-Encoding"] == "chunked"


def test_a_stream_through_a_buffered_url_comes_whole(url):
    its = url(STREAMER, Timeout=20)
    answer = its.call("/", "POST", json.dumps({"chunks": ["one ", "two"], "gap": 0.1, "prelude": '{"statusCode":202}',
                                               "type": "application/vnd.awslambda.http-integration-response"}),
                      content_type="application/json")
    assert (answer.status, answer.body) == (202, b"one two") and "Content-Length" in answer.headers


def stream(its, event):
    return its.call("/", "POST", json.dumps(event), content_type="application/json")


@pytest.fixture
def streamer(url):
    return url(STREAMER, mode="RESPONSE_STREAM", Timeout=60, MemorySize=512)


def test_an_answer_that_is_not_streamed_is_the_body_itself(streamer):
    """As AWS does it: no format 2.0 in this mode (recorded)."""
    answer = stream(streamer, {"whole": '{"statusCode":418,"body":"x"}'})
    assert (answer.status, answer.json()) == (200, {"statusCode": 418, "body": "x"})


def test_a_function_that_fails_in_a_stream(streamer, logs_client, name):
    early = stream(streamer, {"early": {"errorType": "E", "errorMessage": "no"}})
    assert (early.status, early.body) == (502, b"Internal Server Error")
    with pytest.raises(http.client.IncompleteRead) as broken:
        stream(streamer, {"chunks": ["half"], "fail": {"type": "Function.Broke", "body": {"errorType": "Function.Broke"}}})
    assert broken.value.partial == b"half"
    with pytest.raises(http.client.IncompleteRead):
        stream(streamer, {"chunks": ["half"], "sleep": 0.3, "exit": 1})
    assert logged(logs_client, name, "Error Type")
    assert stream(streamer, {"chunks": ["sound"]}).body == b"sound"


def test_a_client_who_goes_away_ends_nothing(streamer, lambda_client, logs_client, name):
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    body = json.dumps({"chunks": ["one", "two", "three"], "gap": 0.5}).encode()
    with socket.create_connection((streamer.socket.hostname, streamer.socket.port)) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: {streamer.host}\r\nContent-Type: application/json\r\n"
                           f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        received = b""
        while b"one" not in received:
            received += connection.recv(65536)
    assert logged(logs_client, name, "end of 1 was answered 202")
    assert stream(streamer, {"chunks": ["again"]}).body == b"again"
    assert logged(logs_client, name, "invocation 2")


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server whose memory nobody else changes, and a URL that streams."""
    with Server(tmp_path_factory.mktemp("data")) as running:
        client = client_factory(running)("lambda")
        client.create_function(FunctionName="streamer", Runtime="python3.12", Role=ROLE, Handler="lambda_function.none",
                               Code={"ZipFile": STREAMER}, Timeout=120, MemorySize=1769)
        client.get_waiter("function_active_v2").wait(FunctionName="streamer", WaiterConfig={"Delay": 1})
        permit(client, "streamer")
        yield running, Url(running, client.create_function_url_config(
            FunctionName="streamer", AuthType="NONE", InvokeMode="RESPONSE_STREAM"))


def reading(its, event):
    """An answer whose body the test reads."""
    connection = http.client.HTTPConnection(its.socket.hostname, its.socket.port, timeout=120)
    connection.request("POST", "/", json.dumps(event), {"Host": its.host, "Content-Type": "application/json"})
    return connection.getresponse()


def test_200_megabytes_with_flat_memory(own):
    server, its = own

    def grown():
        before = most = memory_of(server)
        response, received = reading(its, {"bytes": MOST_BYTES}), 0
        while piece := response.read(MEGABYTE):
            received += len(piece)
            if received % (20 * MEGABYTE) < MEGABYTE:
                most = max(most, memory_of(server))
        assert received == MOST_BYTES
        return most - before

    # The first one makes the heap as large as it gets.
    assert grown() < 150 * MEGABYTE
    assert grown() < 30 * MEGABYTE
    with pytest.raises(http.client.IncompleteRead):
        reading(its, {"bytes": MOST_BYTES + 1}).read()


def test_200_streams_at_once(own, many_descriptors):
    _, its = own

    def one(number):
        return stream(its, {"chunks": [f"{number}-{i};" for i in range(10)], "gap": 0.2}).body.decode()

    with ThreadPoolExecutor(STREAMS) as pool:
        answers = list(pool.map(one, range(STREAMS)))
    assert answers == ["".join(f"{number}-{i};" for i in range(10)) for number in range(STREAMS)]


# Other protocols

def test_other_protocols_get_a_clean_answer(url):
    its = url(ECHO)
    socketed = its.call("/", connection="Upgrade", upgrade="websocket", sec_websocket_version="13",
                        sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ==")
    assert socketed.status == 200 and socketed.json()["requestContext"]["http"]["method"] == "GET"
    upgraded = curl("--http2", "--write-out", "%{http_version}", "--output", "/dev/null", its.local())
    assert upgraded.returncode == 0 and upgraded.stdout == b"1.1"
    began = time.monotonic()
    known = curl("--http2-prior-knowledge", "--output", "/dev/null", its.local())
    assert known.returncode != 0 and time.monotonic() - began < 5


def test_calls_are_counted(url, server):
    its = url(ECHO)
    its.call()
    metrics = its.call("/metrics", host="127.0.0.1").body.decode()
    assert any(line.startswith("boda_requests_total{") and 'operation="InvokeFunctionUrl"' in line and 'status="200"' in line
               for line in metrics.splitlines())
