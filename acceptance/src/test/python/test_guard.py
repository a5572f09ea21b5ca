"""Who is let in: signatures of known keys are verified, strangers' web pages stay out, other machines too."""

import datetime
import http.client
import json
import re
import socket
import subprocess
import time
from urllib.parse import urlparse

import boto3
import botocore.auth
import pytest
from boda import LAUNCHER, Server, aws_environment, launcher_environment, python_function
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

MISMATCH = ("The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.")
INVALID = "The security token included in the request is invalid."


def client(server, service, key, secret, token=None):
    return boto3.client(
        service, endpoint_url=server.url, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=secret,
        aws_session_token=token, config=Config(retries={"total_max_attempts": 1}))


def start_lines(server):
    return "\n".join(server.lines)


def refused(call, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


def ask(server, method, path, headers=None, body=None):
    address = urlparse(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response, response.read()


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("strict"), "--require-credentials") as running:
        yield running


def test_a_wrong_secret_is_refused_in_awss_words(server):
    assert refused(client(server, "lambda", "test", "wrong").list_functions) == (
        403, "InvalidSignatureException", MISMATCH)
    assert refused(client(server, "logs", "test", "wrong").describe_log_groups) == (
        400, "InvalidSignatureException", MISMATCH)


def test_the_cli_is_told_so_too(server):
    done = subprocess.run(
        ["/usr/bin/aws", "--endpoint-url", server.url, "lambda", "list-functions"],
        env={**aws_environment(), "AWS_SECRET_ACCESS_KEY": "wrong"}, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "(InvalidSignatureException)" in done.stderr and MISMATCH in done.stderr


@pytest.mark.parametrize("reference", [
    "{name}", "arn:aws:lambda:us-east-1:000000000000:function:{name}", "000000000000:function:{name}",
    "{name}:$LATEST",
])
def test_every_way_to_name_a_function_is_signed_rightly(create, lambda_client, invoke, aws, tmp_path, name, reference):
    create(name, python_function("def lambda_handler(e, c): return e"))
    function = reference.format(name=name)
    assert lambda_client.get_function(FunctionName=function)["Configuration"]["FunctionName"] == name
    assert invoke(function, {"ä": "€ +/"}, LogType="Tail")[0] == {"ä": "€ +/"}
    aws("lambda", "invoke", "--function-name", function, "--payload", '{"a": 1}', "--cli-binary-format",
        "raw-in-base64-out", str(tmp_path / "out.json"))
    assert json.loads((tmp_path / "out.json").read_text()) == {"a": 1}


def test_values_in_the_query_are_signed_rightly(lambda_client, logs_client):
    with pytest.raises(ClientError) as caught:
        lambda_client.list_functions(Marker="a b+c/=&~%25ü", MaxItems=2)
    assert caught.value.response["Error"]["Code"] != "InvalidSignatureException"
    logs_client.describe_log_groups(logGroupNamePattern="nobody-has-this")


def test_a_large_body_is_signed(create, invoke, name):
    create(name, python_function("def lambda_handler(e, c): return len(e)"))
    assert invoke(name, "x" * 6_000_000)[0] == 6_000_000


def signed(server, path, auth, body=b"", method="GET", age=0, monkeypatch=None):
    request = AWSRequest(method, server.url + path, data=body)
    if monkeypatch and age:
        real = botocore.auth.get_current_datetime
        monkeypatch.setattr(botocore.auth, "get_current_datetime",
                            lambda *given, **named: real(*given, **named) - datetime.timedelta(seconds=age))
    auth.add_auth(request)
    address = urlparse(request.url)
    return (address.path + ("?" + address.query if address.query else "")), dict(request.headers.items())


def test_a_presigned_address_works_until_it_is_changed(strict):
    key = Credentials("test", "test")
    target, headers = signed(strict, "/2015-03-31/functions/?MaxItems=3", SigV4QueryAuth(key, "lambda", "us-east-1", 60))
    assert "X-Amz-Signature" in target
    response, body = ask(strict, "GET", target)
    assert response.status == 200, body
    response, body = ask(strict, "GET", target.replace("MaxItems=3", "MaxItems=4"))
    assert response.status == 403 and json.loads(body)["message"] == MISMATCH
    assert response.headers["x-amzn-ErrorType"] == "InvalidSignatureException"


def test_an_old_signature_has_expired(server, monkeypatch):
    target, headers = signed(server, "/2015-03-31/functions/", SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1"),
                             age=400, monkeypatch=monkeypatch)
    response, body = ask(server, "GET", target, headers)
    assert response.status == 403
    assert response.headers["x-amzn-ErrorType"] == "InvalidSignatureException"
    message = json.loads(body)["message"]
    assert message.startswith("Signature expired: ") and " is now earlier than " in message and "- 5 min.)" in message


def test_another_body_than_the_signed_one_is_refused(create, server, name):
    create(name, python_function("def lambda_handler(e, c): return e"))
    path = f"/2015-03-31/functions/{name}/invocations"
    auth = SigV4Auth(Credentials("test", "test"), "lambda", "us-east-1")
    target, headers = signed(server, path, auth, b'"right"', "POST")
    response, body = ask(server, "POST", target, headers, b'"right"')
    assert (response.status, body) == (200, b'"right"')
    response, body = ask(server, "POST", target, headers, b'"wrong"')
    assert response.status == 403 and json.loads(body)["message"] == MISMATCH


def test_who_is_not_known_passes_unless_credentials_are_required(server, strict):
    for service, operation, status in [("lambda", "list_functions", 403), ("logs", "describe_log_groups", 400)]:
        for key in ["AKIASTRANGER", "111111111111"]:
            getattr(client(server, service, key, "x"), operation)()
            assert refused(getattr(client(strict, service, key, "x"), operation)) == (
                status, "UnrecognizedClientException", INVALID)
        getattr(client(strict, service, "test", "test"), operation)()
    assert ask(server, "GET", "/2015-03-31/functions/")[0].status == 200
    response, body = ask(strict, "GET", "/2015-03-31/functions/")
    assert response.status == 403 and json.loads(body) == {"message": "Missing Authentication Token"}
    assert response.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    response, body = ask(strict, "POST", "/", {"X-Amz-Target": "Logs_20140328.DescribeLogGroups"}, b"{}")
    assert response.status == 400 and json.loads(body)["__type"] == "MissingAuthenticationTokenException"


def test_an_incomplete_header_is_refused(server):
    response, body = ask(server, "GET", "/2015-03-31/functions/", {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request"})
    assert response.status == 403 and response.headers["x-amzn-ErrorType"] == "IncompleteSignatureException"
    assert "Authorization header requires 'Signature' parameter." in json.loads(body)["message"]


def test_a_functions_own_credentials_are_verified(strict):
    admin = client_factory(strict)("lambda")
    admin.create_function(
        FunctionName="keys", Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": python_function(
            "import os\ndef lambda_handler(e, c):\n    return [os.environ[name] for name in "
            "('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN')]\n")})
    admin.get_waiter("function_active_v2").wait(FunctionName="keys")
    key, secret, token = json.loads(admin.invoke(FunctionName="keys")["Payload"].read())
    client(strict, "lambda", key, secret, token).list_functions()
    assert refused(client(strict, "lambda", key, "x", token).list_functions) == (
        403, "InvalidSignatureException", MISMATCH)
    assert refused(client(strict, "lambda", key, secret, "x").list_functions) == (
        403, "UnrecognizedClientException", INVALID)
    assert refused(client(strict, "logs", key, secret).describe_log_groups) == (
        400, "UnrecognizedClientException", INVALID)
    location = admin.get_function(FunctionName="keys")["Code"]["Location"]
    assert ask(strict, "GET", location.removeprefix(strict.url))[0].status == 200


@pytest.mark.parametrize("headers", [
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost:3000"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Host": "evil.example:4566"},
])
def test_a_strangers_web_page_cannot_create_a_function(server, lambda_client, name, headers):
    request = {"FunctionName": name, "Runtime": "python3.12", "Role": ROLE, "Handler": "h.h", "Code": {"ZipFile": ""}}
    response, body = ask(server, "POST", "/2015-03-31/functions", {"Content-Type": "text/plain", **headers},
                         json.dumps(request))
    assert response.status == 403 and json.loads(body)["message"].startswith("Boda ")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName=name)


@pytest.mark.parametrize("framing", [b"Content-Length: 50000000\r\nExpect: 100-continue\r\n",
                                     b"Content-Length: 50000000\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_a_strangers_body_is_not_waited_for(server, framing):
    address = urlparse(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        begun = time.monotonic()
        connection.sendall(b"POST /2015-03-31/functions HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n"
                           + framing + b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 403 ")
        assert time.monotonic() - begun < 5


def test_curl_reads_the_health_and_the_cli_is_unaffected(server, aws):
    assert subprocess.run(["curl", "-sf", server.url + "/_boda/health"], capture_output=True, timeout=20).returncode == 0
    assert ask(server, "GET", "/_boda/health", {"Origin": "http://evil.example"})[0].status == 403
    assert "Functions" in json.loads(aws("lambda", "list-functions"))


def test_an_origin_and_a_host_can_be_let_in(tmp_path):
    with Server(tmp_path / "data", "--allow-origin", "http://one.example", "--allow-origin", "http://two.example:3000",
                "--allow-host", "boda.lan") as server:
        assert "http://two.example:3000" in start_lines(server)
        for origin in ["http://one.example", "http://two.example:3000"]:
            page = {"Origin": origin, "Sec-Fetch-Site": "cross-site", "Host": "boda.lan:4566"}
            response, _ = ask(server, "OPTIONS", "/2015-03-31/functions/", {
                **page, "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "authorization,x-amz-date"})
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Headers"] == "authorization,x-amz-date"
            response, _ = ask(server, "GET", "/2015-03-31/functions/", page)
            assert response.status == 200 and response.headers["Access-Control-Allow-Origin"] == origin
            assert "x-amzn-RequestId" in response.headers["Access-Control-Expose-Headers"]
        assert ask(server, "GET", "/2015-03-31/functions/", {"Origin": "http://two.example"})[0].status == 403


def test_other_machines_are_not_let_in_by_mistake(tmp_path):
    done = subprocess.run([str(LAUNCHER), "start", "--port", "0", "--host", "0.0.0.0", "--data-dir",
                           str(tmp_path / "data")], env=launcher_environment(), capture_output=True, text=True,
                          timeout=180)
    assert done.returncode != 0
    assert "--require-credentials" in done.stderr and "--insecure" in done.stderr and "Exception" not in done.stderr
    assert not (tmp_path / "data").exists()
    with Server(tmp_path / "open", "--host", "0.0.0.0", "--insecure") as server:
        assert ask(server, "GET", "/2015-03-31/functions/")[0].status == 200
        assert re.search("WARNING .*--insecure", start_lines(server))
    with Server(tmp_path / "guarded", "--host", "0.0.0.0", environment={"BODA_REQUIRE_CREDENTIALS": "true"}) as server:
        assert ask(server, "GET", "/2015-03-31/functions/")[0].status == 403
        assert "--insecure" not in start_lines(server)


def test_the_start_lines_say_who_is_let_in(server, strict):
    lax, required = start_lines(server), start_lines(strict)
    assert "are verified; credentials are not required" in lax and "no web page is let in" in lax
    assert "credentials are required, and signatures verified" in required
