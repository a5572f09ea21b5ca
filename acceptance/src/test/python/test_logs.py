"""CloudWatch Logs of the packaged server, through boto3: groups, streams, events, patterns, limits, and a large log."""

import json
import os
import time
from datetime import datetime, timezone

import pytest
from boda import Server, node_function, python_function
from botocore.exceptions import ClientError
from conftest import client_factory

MEGABYTES = 1_000 if os.environ.get("BODA_TEST_SOAK") == "true" else 100


def now():
    return int(datetime.now(timezone.utc).timestamp() * 1_000)


def events(pages):
    return [event for page in pages for event in page["events"]]


@pytest.fixture
def group(logs_client, name):
    logs_client.create_log_group(logGroupName=name, tags={"made": "here"})
    yield name
    try:
        logs_client.delete_log_group(logGroupName=name)
    except logs_client.exceptions.ResourceNotFoundException:
        pass


def put(logs_client, group, *messages, stream="a", at=None):
    return logs_client.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": at or now(), "message": message} for message in messages],
    )


def test_groups_and_streams_live_and_end(logs_client, group):
    with pytest.raises(logs_client.exceptions.ResourceAlreadyExistsException):
        logs_client.create_log_group(logGroupName=group)
    logs_client.create_log_stream(logGroupName=group, logStreamName="a")
    with pytest.raises(logs_client.exceptions.ResourceAlreadyExistsException):
        logs_client.create_log_stream(logGroupName=group, logStreamName="a")
    answer = put(logs_client, group, "one", "two")
    assert "rejectedLogEventsInfo" not in answer and answer["nextSequenceToken"]
    found = logs_client.get_log_events(logGroupName=group, logStreamName="a", startFromHead=True)["events"]
    assert [event["message"] for event in found] == ["one", "two"]
    logs_client.delete_log_stream(logGroupName=group, logStreamName="a")
    with pytest.raises(logs_client.exceptions.ResourceNotFoundException):
        put(logs_client, group, "three")
    logs_client.delete_log_group(logGroupName=group)
    with pytest.raises(logs_client.exceptions.ResourceNotFoundException):
        logs_client.delete_log_group(logGroupName=group)


def test_retention_and_tags(logs_client, group):
    logs_client.put_retention_policy(logGroupName=group, retentionInDays=7)
    described = logs_client.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    assert described["retentionInDays"] == 7
    with pytest.raises(logs_client.exceptions.InvalidParameterException):
        logs_client.put_retention_policy(logGroupName=group, retentionInDays=8)
    logs_client.delete_retention_policy(logGroupName=group)
    assert "retentionInDays" not in logs_client.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
    arn = described["logGroupArn"]
    logs_client.tag_resource(resourceArn=arn, tags={"team": "web"})
    logs_client.untag_resource(resourceArn=arn, tagKeys=["made"])
    assert logs_client.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "web"}
    assert logs_client.list_tags_log_group(logGroupName=group)["tags"] == {"team": "web"}


def test_events_of_other_times_are_told_and_wrong_batches_refused(logs_client, group):
    logs_client.create_log_stream(logGroupName=group, logStreamName="a")
    day = 24 * 60 * 60 * 1_000
    answer = logs_client.put_log_events(
        logGroupName=group,
        logStreamName="a",
        logEvents=[
            {"timestamp": now() - 15 * day, "message": "too old"},
            {"timestamp": now(), "message": "kept"},
            {"timestamp": now() + day, "message": "too new"},
        ],
    )
    assert answer["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2}
    later = now()
    with pytest.raises(ClientError, match="must be in chronological order"):
        logs_client.put_log_events(
            logGroupName=group,
            logStreamName="a",
            logEvents=[{"timestamp": later, "message": "b"}, {"timestamp": later - 1, "message": "a"}],
        )


def test_what_is_not_built_is_refused_by_name(logs_client, group):
    for call, operation in (
        (lambda: logs_client.put_metric_filter(
            logGroupName=group, filterName="f", filterPattern="x",
            metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}]), "PutMetricFilter"),
        (lambda: logs_client.put_subscription_filter(
            logGroupName=group, filterName="f", filterPattern="x",
            destinationArn="arn:aws:lambda:us-east-1:000000000000:function:f"), "PutSubscriptionFilter"),
    ):
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "NotImplemented"
        assert f"logs:{operation}" in refused.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    "pattern, found",
    [
        ("ERROR", ["ERROR 401 denied", '{"level": "ERROR", "took": 12}']),
        ("?denied ?fine", ["ERROR 401 denied", "INFO 200 fine"]),
        ("-ERROR", ["INFO 200 fine"]),
        ("%[45]\\d{2}%", ["ERROR 401 denied"]),
        ("[level, status >= 400, ...]", ["ERROR 401 denied"]),
        ('{ $.level = "ERR*" && ($.took > 1e1 || $.none IS TRUE) }', ['{"level": "ERROR", "took": 12}']),
    ],
)
def test_patterns(logs_client, group, pattern, found):
    logs_client.create_log_stream(logGroupName=group, logStreamName="a")
    put(logs_client, group, "ERROR 401 denied", "INFO 200 fine", '{"level": "ERROR", "took": 12}')
    pages = logs_client.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern=pattern)
    assert [event["message"] for event in events(pages)] == found


def test_a_deleted_group_comes_back_with_the_functions_next_line(logs_client, create, invoke, name):
    create(name, python_function("def lambda_handler(e, c):\n    print('line', e)\n"))
    group = f"/aws/lambda/{name}"
    invoke(name, 1)
    assert events([logs_client.filter_log_events(logGroupName=group, filterPattern="line")])
    logs_client.delete_log_group(logGroupName=group)
    with pytest.raises(logs_client.exceptions.ResourceNotFoundException):
        logs_client.filter_log_events(logGroupName=group)
    invoke(name, 2)
    messages = [event["message"] for event in logs_client.filter_log_events(logGroupName=group)["events"]]
    assert "line 2\n" in messages and "line 1\n" not in messages


WRITER = """
const line = "x".repeat(940);
export const handler = async (event) => {
  let text = "";
  for (let i = 0; i < 1000; i++) {
    text += (i === event.mark ? "NEEDLE " : "straw ") + event.part + " " + i + " " + line + "\\n";
    if (i % 50 === 49) { process.stdout.write(text); text = ""; await new Promise(setImmediate); }
  }
  return event.part;
};
"""


def test_a_large_log_written_by_functions_is_filtered(logs_client, create, invoke, name):
    create(name, node_function(WRITER), Runtime="nodejs20.x", Handler="index.handler", Timeout=60, MemorySize=1_769)
    for part in range(MEGABYTES):
        assert invoke(name, {"part": part, "mark": 500 if part % 10 == 0 else -1})[0] == part
    group = f"/aws/lambda/{name}"
    began = time.monotonic()
    pages = logs_client.get_paginator("filter_log_events").paginate(logGroupName=group, filterPattern="NEEDLE")
    found = [event["message"].split(" ")[1:3] for event in events(pages)]
    assert found == [[str(part), "500"] for part in range(0, MEGABYTES, 10)]
    assert time.monotonic() - began < 60 * MEGABYTES / 100
    missing = logs_client.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern='"[boda]" missing')
    assert events(missing) == []
    stored = logs_client.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["storedBytes"]
    assert stored > MEGABYTES * 940_000


def test_limits_of_logs(tmp_path):
    with Server(tmp_path / "data", "--log-storage", "8MB", "--function-log-rate", "10KB") as server:
        clients = client_factory(server)
        functions, logs = clients("lambda"), clients("logs")
        functions.create_function(
            FunctionName="f", Runtime="python3.12", Role="arn:aws:iam::123456789012:role/r",
            Handler="lambda_function.lambda_handler",
            Code={"ZipFile": python_function(
                "def lambda_handler(e, c):\n    for i in range(2000):\n        print(i, 'x' * 100, flush=True)\n")})
        functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})
        functions.invoke(FunctionName="f", Payload=json.dumps({}))
        said = logs.filter_log_events(logGroupName="/aws/lambda/f", filterPattern='"[boda]" missing')["events"]
        assert said and "function-log-rate" in said[0]["message"]

        logs.create_log_group(logGroupName="big")
        logs.create_log_stream(logGroupName="big", logStreamName="a")
        for part in range(20):
            put(logs, "big", f"{part} " + "x" * 1_000_000)
        deadline = time.monotonic() + 20
        limit, stored = 8 << 20, 20_000_000
        while stored > limit and time.monotonic() < deadline:
            stored = logs.describe_log_groups(logGroupNamePrefix="big")["logGroups"][0]["storedBytes"]
            time.sleep(0.1)
        assert limit / 3 < stored <= limit
        assert logs.get_log_events(logGroupName="big", logStreamName="a")["events"][-1]["message"].startswith("19 ")
