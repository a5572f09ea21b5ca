"""POST /_boda/reset: afterwards the server is as new."""

import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

ECHO = python_function("def lambda_handler(e, c):\n    print('line', e)\n    return e\n")
SLEEP = python_function("import time\ndef lambda_handler(e, c):\n    print('begun')\n    time.sleep(60)\n")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A server of its own: the other tests' functions are not to be removed."""
    with Server(tmp_path_factory.mktemp("reset") / "data") as running:
        yield running


@pytest.fixture
def make(empty):
    reset(empty)
    return client_factory(empty)


def reset(server, method="POST", **headers):
    request = urllib.request.Request(server.url + "/_boda/reset", method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def create(client, name, code=ECHO, **members):
    return client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Timeout=60,
                                  Handler="lambda_function.lambda_handler", Code={"ZipFile": code}, **members)


def invoke(client, name, payload=b"1"):
    return client.invoke(FunctionName=name, Payload=payload)["Payload"].read()


def left(server):
    data = server.data
    return [path for folder in ("code", "run/environments") for path in (data / folder).rglob("*") if path.is_file()]


def test_it_empties_everything_in_every_account_and_region(empty, make):
    clients = [make("lambda"), make("lambda", account="123456789012", region_name="eu-west-1")]
    for client in clients:
        create(client, "f")
        assert invoke(client, "f") == b"1"
    assert left(empty)

    assert reset(empty) == {"functions": 2, "layerVersions": 0, "codeSigningConfigs": 0, "environments": 2,
                            "events": 0, "logGroups": 2, "codePackages": 1}

    for client in clients:
        assert client.list_functions()["Functions"] == []
        usage = client.get_account_settings()["AccountUsage"]
        assert usage == {"TotalCodeSize": 0, "FunctionCount": 0}
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            invoke(client, "f")
    assert make("logs").describe_log_groups()["logGroups"] == []
    assert left(empty) == []
    assert reset(empty) == {"functions": 0, "layerVersions": 0, "codeSigningConfigs": 0, "environments": 0,
                            "events": 0, "logGroups": 0, "codePackages": 0}


def test_afterwards_the_same_name_is_a_new_function(empty, make):
    client, logs = make("lambda"), make("logs")
    for number in range(3):
        create(client, "f")
        assert invoke(client, "f", str(number).encode()) == str(number).encode()
        lines = [event["message"] for event in logs.filter_log_events(
            logGroupName="/aws/lambda/f", filterPattern="line")["events"]]
        assert lines == [f"line {number}\n"]
        assert reset(empty)["functions"] == 1


def test_an_invocation_under_way_is_answered_at_once(empty, make):
    client, logs = make("lambda"), make("logs")
    create(client, "f", SLEEP)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(invoke, client, "f")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                if logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern="begun")["events"]:
                    break
            except logs.exceptions.ResourceNotFoundException:
                pass
        begun = time.monotonic()
        assert reset(empty)["environments"] == 1
        with pytest.raises(ClientError) as ended:
            call.result(10)
        assert time.monotonic() - begun < 10
    assert ended.value.response["Error"]["Code"] == "ServiceException"
    assert "reset" in ended.value.response["Error"]["Message"]
    assert logs.describe_log_groups()["logGroups"] == []


def test_resets_and_clients_at_once_leave_a_server_that_works(empty, make):
    stop = threading.Event()
    broken = []

    def work(number):
        client = make("lambda")
        while not stop.is_set():
            for request in (lambda: create(client, f"f{number}"), lambda: invoke(client, f"f{number}"),
                            lambda: client.delete_function(FunctionName=f"f{number}")):
                try:
                    request()
                except ClientError as refused:
                    code = refused.response["Error"]["Code"]
                    message = refused.response["Error"]["Message"]
                    if code not in ("ResourceNotFoundException", "ResourceConflictException") and "reset" not in message:
                        broken.append((code, message))

    with ThreadPoolExecutor() as pool:
        workers = [pool.submit(work, number) for number in range(4)]
        resets = [pool.submit(lambda: [reset(empty) for _ in range(4)]) for _ in range(2)]
        for done in resets:
            done.result(60)
        stop.set()
        for done in workers:
            done.result(60)
    assert broken == []
    reset(empty)
    assert left(empty) == []
    client = make("lambda")
    create(client, "f")
    assert invoke(client, "f") == b"1"


def test_a_restart_finds_nothing_of_what_was_removed(tmp_path):
    with Server(tmp_path / "data") as server:
        client = client_factory(server)("lambda")
        create(client, "f")
        assert invoke(client, "f") == b"1"
        reset(server)
        server.stop(9)
    with Server(tmp_path / "data") as server:
        make = client_factory(server)
        assert make("lambda").list_functions()["Functions"] == []
        assert make("logs").describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize("method, headers, status", [
    ("GET", {}, 405),
    ("POST", {"Origin": "http://evil.example"}, 403),
    ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("POST", {"Host": "evil.example"}, 403),
])
def test_only_a_post_that_is_no_stranger_s_web_page_resets(empty, make, method, headers, status):
    create(make("lambda"), "f")
    with pytest.raises(urllib.error.HTTPError) as refused:
        reset(empty, method, **headers)
    assert refused.value.code == status
    assert len(make_without_reset(empty).list_functions()["Functions"]) == 1


def make_without_reset(server):
    return client_factory(server)("lambda")


def test_where_credentials_are_required_it_is_refused(tmp_path):
    with Server(tmp_path / "data", "--require-credentials") as server:
        client = client_factory(server)("lambda")
        create(client, "f")
        with pytest.raises(urllib.error.HTTPError) as refused:
            reset(server)
        assert refused.value.code == 403
        assert "--require-credentials" in json.loads(refused.value.read())["message"]
        assert len(client.list_functions()["Functions"]) == 1
