"""Powertools for AWS Lambda, unmodified: they find what they build on in Boda's environments, and write what CloudWatch
and X-Ray read. https://docs.aws.amazon.com/powertools/"""

import json

import pytest
from boda import zipped
from packages import PYTHON, node_packages, package, python_packages
from test_logging_config import messages, objects

PYTHON_PINS = ["aws-lambda-powertools==3.37.0", "aws-xray-sdk==2.15.0", "wrapt==2.5.2", "jmespath==1.1.0",
               "typing-extensions==4.16.0"]

IN_PYTHON = """
import json, os, socket, time
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer, DataRecord
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError)

logger, metrics, tracer = Logger(service="shop"), Metrics(namespace="Shop", service="shop"), Tracer(service="shop")
processor = BatchProcessor(event_type=EventType.SQS)

class Memory(BasePersistenceLayer):
    records = {}

    def _get_record(self, idempotency_key):
        if idempotency_key not in self.records:
            raise IdempotencyItemNotFoundError
        return self.records[idempotency_key]

    def _put_record(self, data_record):
        known = self.records.get(data_record.idempotency_key)
        if known and not known.is_expired:
            raise IdempotencyItemAlreadyExistsError
        self.records[data_record.idempotency_key] = data_record

    def _update_record(self, data_record):
        self.records[data_record.idempotency_key] = data_record

    def _delete_record(self, data_record):
        del self.records[data_record.idempotency_key]

config = IdempotencyConfig(event_key_jmespath="id")
paid = []

@idempotent_function(data_keyword_argument="order", persistence_store=Memory(), config=config)
def pay(order):
    paid.append(order["id"])
    return {"number": len(paid)}

@tracer.capture_method
def record_handler(record):
    order = record.json_body
    if order["amount"] < 0:
        raise ValueError("a negative amount")
    logger.info("paid", order=order["id"], number=pay(order=order)["number"])
    metrics.add_metric(name="Paid", unit=MetricUnit.Count, value=1)

@logger.inject_lambda_context(log_event=False)
@metrics.log_metrics(capture_cold_start_metric=True)
@tracer.capture_lambda_handler
def lambda_handler(event, context):
    config.register_lambda_context(context)
    tracer.put_annotation("orders", len(event["Records"]))
    trace = tracer.provider.get_trace_entity().trace_id
    answer = process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
    return {**answer, "paid": paid, "trace": trace}
"""

IN_NODE = """
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, IdempotencyItemAlreadyExistsError, IdempotencyItemNotFoundError, makeIdempotent }
  from '@aws-lambda-powertools/idempotency';
import { BasePersistenceLayer } from '@aws-lambda-powertools/idempotency/persistence';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';

const logger = new Logger({ serviceName: 'shop' });
const metrics = new Metrics({ namespace: 'Shop', serviceName: 'shop' });
const tracer = new Tracer({ serviceName: 'shop' });
const processor = new BatchProcessor(EventType.SQS);

class Memory extends BasePersistenceLayer {
  records = new Map();
  async _getRecord(key) {
    if (!this.records.has(key)) throw new IdempotencyItemNotFoundError();
    return this.records.get(key);
  }
  async _putRecord(record) {
    const known = this.records.get(record.idempotencyKey);
    if (known && !known.isExpired()) throw new IdempotencyItemAlreadyExistsError('known', known);
    this.records.set(record.idempotencyKey, record);
  }
  async _updateRecord(record) { this.records.set(record.idempotencyKey, record); }
  async _deleteRecord(record) { this.records.delete(record.idempotencyKey); }
}

const paid = [];
const config = new IdempotencyConfig({});
const pay = makeIdempotent(async (id) => { paid.push(id); return { number: paid.length }; },
  { persistenceStore: new Memory(), config });

const recordHandler = async (record) => {
  const order = JSON.parse(record.body);
  if (order.amount < 0) throw new Error('a negative amount');
  logger.info('paid', { order: order.id, number: (await pay(order.id)).number });
  metrics.addMetric('Paid', MetricUnit.Count, 1);
};

export const handler = async (event, context) => {
  logger.addContext(context);
  config.registerLambdaContext(context);
  metrics.captureColdStartMetric(context.functionName);
  const parent = tracer.getSegment();
  const segment = parent.addNewSubsegment('## handler');
  tracer.setSegment(segment);
  try {
    tracer.putAnnotation('orders', event.Records.length);
    const answer = await processPartialResponse(event, recordHandler, processor,
      { context, processInParallel: false });
    return { ...answer, paid, trace: tracer.getRootXrayTraceId() };
  } finally {
    segment.close();
    tracer.setSegment(parent);
    metrics.publishStoredMetrics();
  }
};
"""


def record(number, order):
    return {"messageId": f"m-{number}", "receiptHandle": "r", "body": json.dumps(order), "attributes": {},
            "messageAttributes": {}, "md5OfBody": "m", "eventSource": "aws:sqs", "awsRegion": "us-east-1",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders"}


# One fails, and one comes twice.
BATCH = {"Records": [record(1, {"id": "a", "amount": 1}), record(2, {"id": "b", "amount": -1}),
                     record(3, {"id": "a", "amount": 1}), record(4, {"id": "c", "amount": 1})]}


@pytest.mark.parametrize("members, make", [
    ({"Runtime": PYTHON}, lambda: package(python_packages(*PYTHON_PINS), {"lambda_function.py": IN_PYTHON})),
    ({"Runtime": "nodejs20.x", "Handler": "index.handler"},
     lambda: package(node_packages("powertools-nodejs"), {"index.mjs": IN_NODE})),
])
def test_powertools_run_unmodified(logs_client, create, invoke, name, members, make):
    create(name, make(), **members, MemorySize=512, Timeout=30, TracingConfig={"Mode": "Active"})
    body, response = invoke(name, BATCH)
    assert "FunctionError" not in response, body
    assert body["batchItemFailures"] == [{"itemIdentifier": "m-2"}]
    assert sorted(body["paid"]) == ["a", "c"]
    request_id = response["ResponseMetadata"]["RequestId"]
    trace = response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"]
    assert f"Root={body['trace']};" in trace and "Sampled=1" in trace
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("REPORT" in one for one in found))
    told = [one for one in objects(found) if one.get("message") == "paid"]
    assert {(one["order"], one["level"], one["service"], one["function_request_id"]) for one in told} == {
        (order, "INFO", "shop", request_id) for order in ("a", "c")}
    assert {one["xray_trace_id"] for one in told} == {body["trace"]}
    emf = [one for one in objects(found) if "_aws" in one]
    [counted] = [one for one in emf if "Paid" in one]
    assert counted["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Shop"
    assert [one["ColdStart"] for one in emf if "ColdStart" in one] in ([1], [1.0], [[1.0]])
    # Each of the batch's good records: the one that comes twice is counted twice, and paid once.
    assert counted["Paid"] in ([1.0, 1.0, 1.0], [1, 1, 1])
    assert not [one for one in found if "X-Ray" in one or "daemon" in one.lower() or "ERROR" in one]


TRACED = """
import os, socket

def lambda_handler(event, context):
    host, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].split(":")
    daemon = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    daemon.connect((host, int(port)))
    # A connected socket hears of a port that nobody listens at, in the call after.
    return [daemon.send(b"x" * size) for size in [100] * 1000 + [60_000] * 20]
"""


def test_the_address_of_x_rays_daemon_takes_whatever_tracers_send(server, create, invoke, name):
    if not any("namespaces of its own" in line for line in server.lines):
        pytest.skip("plain processes have the machine's network")
    create(name, zipped({"lambda_function.py": TRACED}))
    for _ in range(2):
        body, response = invoke(name, {})
        assert "FunctionError" not in response, body
        assert sum(body) == 1_300_000
