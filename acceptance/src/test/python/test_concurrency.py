"""Reserved concurrency, the account's limit and AWS's rate, as callers and functions see them."""

import http.client
import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pytest
from boda import Caller, Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

# The clock is the machine's, the same in every environment: who ran at once is told by the functions themselves.
SPANS = python_function("""
import time, uuid

environment = str(uuid.uuid4())

def lambda_handler(event, context):
    began = time.monotonic_ns()
    time.sleep(event.get("seconds", 0.002))
    return [environment, began, time.monotonic_ns()]
""")

RESERVED = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT = "ConcurrentInvocationLimitExceeded"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server whose account may run three invocations at once."""
    with Server(
        tmp_path_factory.mktemp("small"), "--concurrent-executions", "3", "--unreserved-minimum", "1"
    ) as running:
        yield running


def made(client, name, package=SPANS, **members):
    client.create_function(
        FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
        Code={"ZipFile": package}, Timeout=30, **members)
    client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def run(client, name, seconds=0.002):
    answer = client.invoke(FunctionName=name, Payload=json.dumps({"seconds": seconds}).encode())
    assert "FunctionError" not in answer
    return json.loads(answer["Payload"].read())


def throttled(client, name, reason):
    """A call that is throttled, and says so as AWS does; how long that took, in seconds."""
    began = time.monotonic()
    with pytest.raises(ClientError) as refused:
        run(client, name)
    took = time.monotonic() - began
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"] == "TooManyRequestsException"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
    assert answer["retryAfterSeconds"] == "1"
    assert answer["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert (answer["Reason"], answer["Type"], answer["message"]) == (reason, "User", "Rate Exceeded.")
    return took


class Held:
    """Calls that run for the time of the block, and those that they are."""

    def __init__(self, client, name, count, seconds=3):
        self.begin = lambda: [self.pool.submit(run, client, name, seconds) for _ in range(count)]
        self.pool = ThreadPoolExecutor(count)

    def __enter__(self):
        self.calls = self.begin()
        time.sleep(1.5)
        assert not any(call.done() for call in self.calls), [call.exception(0) for call in self.calls if call.done()]
        return self

    def __exit__(self, failure, *_):
        for call in self.calls:
            if failure is None:
                call.result()
        self.pool.shutdown()


def metric(server, name, **labels):
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    page = urllib.request.urlopen(server.url + "/metrics").read().decode()
    return sum(
        float(line.rsplit(" ", 1)[1]) for line in page.splitlines()
        if line.startswith(name + "{") and all(label in line for label in wanted))


def overlaps(spans):
    ordered = sorted((began, ended) for _, began, ended in spans)
    return [(one, other) for one, other in zip(ordered, ordered[1:]) if other[0] < one[1]]


def test_it_is_put_read_and_deleted(lambda_client, aws, create, name):
    create(name, SPANS)
    assert "ReservedConcurrentExecutions" not in lambda_client.get_function_concurrency(FunctionName=name)
    free = unreserved(lambda_client)
    put = lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=3)
    assert (put["ResponseMetadata"]["HTTPStatusCode"], put["ReservedConcurrentExecutions"]) == (200, 3)
    assert lambda_client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 3}
    assert unreserved(lambda_client) == free - 3

    assert json.loads(aws(
        "lambda", "put-function-concurrency", "--function-name", name, "--reserved-concurrent-executions", "0",
    )) == {"ReservedConcurrentExecutions": 0}
    assert json.loads(aws("lambda", "get-function-concurrency", "--function-name", name)) == {
        "ReservedConcurrentExecutions": 0}
    refused = aws("lambda", "invoke", "--function-name", name, "/dev/null", check=False)
    assert "(TooManyRequestsException) when calling the Invoke operation" in refused.stderr
    assert aws("lambda", "delete-function-concurrency", "--function-name", name) == ""

    deleted = lambda_client.delete_function_concurrency(FunctionName=name)
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert "ReservedConcurrentExecutions" not in lambda_client.get_function_concurrency(FunctionName=name)
    assert "Concurrency" not in lambda_client.get_function(FunctionName=name)
    assert unreserved(lambda_client) == free


def unreserved(client):
    limit = client.get_account_settings()["AccountLimit"]
    assert limit["ConcurrentExecutions"] == 1000
    return limit["UnreservedConcurrentExecutions"]


@pytest.mark.parametrize("function, executions, code, sentence", [
    ("{}", 901, "InvalidParameterValueException",
     "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its"
     " minimum value of [100]."),
    ("{}", -1, "ValidationException",
     "1 validation error detected: Value '-1' at 'reservedConcurrentExecutions' failed to satisfy constraint: Member"
     " must have value greater than or equal to 0"),
    ("{}:$LATEST", 1, "InvalidParameterValueException",
     "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation."
     " Please specify either a function name or an unqualified function ARN."),
    ("{}-other", 1, "ResourceNotFoundException",
     "Function not found: arn:aws:lambda:us-east-1:000000000000:function:{}-other"),
])
def test_what_aws_refuses_is_refused(clients, create, name, function, executions, code, sentence):
    create(name, SPANS)
    with pytest.raises(ClientError) as refused:
        clients("lambda", parameter_validation=False).put_function_concurrency(
            FunctionName=function.format(name), ReservedConcurrentExecutions=executions)
    assert refused.value.response["Error"] == {"Code": code, "Message": sentence.format(name)}


def test_with_one_reserved_two_callers_never_run_at_once(server, lambda_client, create, name):
    create(name, SPANS)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    spans, throttles = [], []
    deadline = time.monotonic() + 120

    def calling():
        while len(spans) < 150 and time.monotonic() < deadline:
            try:
                spans.append(run(lambda_client, name))
            except ClientError as refused:
                throttles.append(refused.response["Reason"])

    callers = [threading.Thread(target=calling) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert len(spans) >= 150
    assert overlaps(spans) == []
    assert throttles and set(throttles) == {RESERVED}
    assert len({environment for environment, _, _ in spans}) == 1
    assert metric(server, "boda_function_cold_starts_total", function_name=name) == 1
    assert metric(server, "boda_function_throttles_total", function_name=name) == len(throttles)

    # What was looked for would be seen: without the reservation both run at once.
    lambda_client.delete_function_concurrency(FunctionName=name)
    with ThreadPoolExecutor(2) as pool:
        spans = list(pool.map(lambda _: run(lambda_client, name, 0.1), range(10)))
    assert overlaps(spans)


def test_with_one_reserved_ten_thousand_calls_in_a_row_are_not_throttled(server, lambda_client, create, name):
    """No call comes too soon, though AWS's ten in a second are far exceeded: that limit is off by default."""
    create(name, python_function("def lambda_handler(event, context):\n    return 1\n"))
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    caller = Caller(server, name)
    for _ in range(10_000):
        assert caller.call() == 1
    assert metric(server, "boda_function_throttles_total", function_name=name) == 0
    assert metric(server, "boda_function_cold_starts_total", function_name=name) == 1


def test_with_nothing_reserved_every_call_is_throttled_at_once(server, lambda_client, create, name):
    create(name, SPANS)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    took = [throttled(lambda_client, name, RESERVED) for _ in range(20)]
    assert sorted(took)[10] < 0.05
    assert metric(server, "boda_function_cold_starts_total", function_name=name) == 0
    lambda_client.delete_function_concurrency(FunctionName=name)
    run(lambda_client, name)


def test_a_reservation_may_change_while_its_function_runs(server, lambda_client, create, name):
    """What runs already is among what is reserved, and every slot goes back to where it was taken."""
    create(name, SPANS, Timeout=30)
    run(lambda_client, name)
    with Held(lambda_client, name, 2):
        lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=2)
        throttled(lambda_client, name, RESERVED)
        lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=3)
        run(lambda_client, name)
        assert metric(server, "boda_concurrent_executions", account="000000000000", region="us-east-1") == 2
        assert metric(server, "boda_unreserved_concurrent_executions", account="000000000000", region="us-east-1") == 2
    with Held(lambda_client, name, 3):
        assert metric(server, "boda_concurrent_executions", account="000000000000", region="us-east-1") == 3
        assert metric(server, "boda_unreserved_concurrent_executions", account="000000000000", region="us-east-1") == 0
        lambda_client.delete_function_concurrency(FunctionName=name)
        run(lambda_client, name)
    lambda_client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
    run(lambda_client, name)


def test_an_update_and_a_restart_keep_it_and_a_deletion_ends_it(tmp_path):
    with Server(tmp_path) as server:
        client = client_factory(server)("lambda")
        made(client, "kept")
        client.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=0)
        client.update_function_configuration(FunctionName="kept", Timeout=9)
        client.get_waiter("function_updated_v2").wait(FunctionName="kept", WaiterConfig={"Delay": 1})
        throttled(client, "kept", RESERVED)
        client.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=50)
    with Server(tmp_path) as server:
        client = client_factory(server)("lambda")
        assert client.get_function(FunctionName="kept")["Concurrency"] == {"ReservedConcurrentExecutions": 50}
        assert unreserved(client) == 950
        client.put_function_concurrency(FunctionName="kept", ReservedConcurrentExecutions=0)
        throttled(client, "kept", RESERVED)
        client.delete_function(FunctionName="kept")
        assert unreserved(client) == 1000
        made(client, "kept")
        assert "Concurrency" not in client.get_function(FunctionName="kept")
        run(client, "kept")


def test_functions_share_what_the_account_has_not_reserved(small):
    make = client_factory(small)
    client = make("lambda")
    made(client, "one")
    made(client, "two")
    limits = client.get_account_settings()["AccountLimit"]
    assert (limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]) == (3, 3)
    with Held(client, "one", 3):
        throttled(client, "one", ACCOUNT)
        throttled(client, "two", ACCOUNT)
    with pytest.raises(ClientError, match="minimum value of .1."):
        client.put_function_concurrency(FunctionName="two", ReservedConcurrentExecutions=3)

    client.put_function_concurrency(FunctionName="two", ReservedConcurrentExecutions=1)
    assert client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"] == 2
    with Held(client, "one", 2):
        throttled(client, "one", ACCOUNT)
        run(client, "two")
    with Held(client, "two", 1):
        throttled(client, "two", RESERVED)
        run(client, "one")
        elsewhere = make("lambda", region_name="eu-west-1")
        made(elsewhere, "two")
        run(elsewhere, "two")


def test_with_awss_rate_no_more_than_ten_times_the_concurrency_run_in_a_second(tmp_path):
    with Server(tmp_path, "--aws-rate-limit", "--concurrent-executions", "3", "--unreserved-minimum", "1") as server:
        client = client_factory(server)("lambda")
        for name in ("shared", "reserved"):
            made(client, name, python_function("def lambda_handler(event, context):\n    return 1\n"))
        client.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=1)
        for name, a_second, reason in (
            ("shared", 20, "FunctionInvocationRateLimitExceeded"),
            ("reserved", 10, "ReservedFunctionInvocationRateLimitExceeded"),
        ):
            run_in, reasons, seconds = calls_for(server, name, 3)
            assert set(reasons) == {reason}
            # A second's worth at once, and then as time passes.
            assert a_second <= run_in <= a_second * (1 + seconds) + 1
            assert run_in >= a_second * (1 + seconds) * 0.7
            throttled_now(client, name, reason)


def throttled_now(client, name, reason):
    """Calls until one is throttled, which a rate allows for."""
    for _ in range(1000):
        try:
            run(client, name)
        except ClientError as refused:
            answer = refused.response
            assert (answer["Reason"], answer["retryAfterSeconds"]) == (reason, "1")
            assert answer["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
            return
    raise AssertionError("a thousand calls in a row, and none came too soon")


def calls_for(server, name, seconds):
    """How many calls of one caller ran, why the others did not, and how long it took."""
    address = urlparse(server.url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    ran, reasons, began = 0, [], time.monotonic()
    while time.monotonic() - began < seconds:
        connection.request("POST", f"/2015-03-31/functions/{name}/invocations", b"{}")
        response = connection.getresponse()
        body = response.read()
        if response.status == 200:
            ran += 1
        else:
            assert response.status == 429
            reasons.append(json.loads(body)["Reason"])
    return ran, reasons, time.monotonic() - began
