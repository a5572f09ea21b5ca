"""Functions that invoke themselves or each other, as AWS's SDKs inside them hand on the trace: stopped after sixteen."""

from boda import python_function, zipped

STOPPED = ("An error occurred (RecursiveInvocationException) when calling the Invoke operation: Lambda has detected your"
           " function being invoked in a recursive loop with other Amazon Web Services resources and stopped your"
           " function's invocation.")

# Answers the traces of all that ran behind it, or what stopped them; the event says whom to call, in turn.
PYTHON = python_function("""
import boto3, json, os

client = boto3.client("lambda")

def lambda_handler(event, context):
    trace = [os.environ["_X_AMZN_TRACE_ID"]]
    if event["left"] == 0:
        return trace
    called, *others = event["call"]
    event = {"left": event["left"] - 1, "call": [*others, called]}
    try:
        answer = client.invoke(FunctionName=called, Payload=json.dumps(event))
        return trace + json.load(answer["Payload"])
    except client.exceptions.RecursiveInvocationException as e:
        return trace + [str(e)]
""")

NODE = zipped({"index.mjs": """
import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
const client = new LambdaClient({ maxAttempts: 1 });

export const handler = async (event) => {
  const trace = [process.env._X_AMZN_TRACE_ID];
  if (event.left === 0) return trace;
  const [called, ...others] = event.call;
  const Payload = JSON.stringify({ left: event.left - 1, call: [...others, called] });
  try {
    const answer = await client.send(new InvokeCommand({ FunctionName: called, Payload }));
    return [...trace, ...JSON.parse(Buffer.from(answer.Payload).toString())];
  } catch (e) {
    return [...trace, `${e.name} ${e.$metadata.httpStatusCode} ${e.Type}`];
  }
};
"""})


def lineages(traces):
    return [trace.split(";Lineage=")[1] for trace in traces]


def test_a_function_that_calls_itself_runs_sixteen_times(create, invoke, name):
    create(name, PYTHON, Timeout=60)
    traces, response = invoke(name, {"left": 30, "call": [name]})
    assert "FunctionError" not in response
    *ran, error = traces
    assert len(ran) == 16
    assert error == STOPPED
    assert len({trace.split(";")[0] for trace in ran}) == 1, "one trace"
    _, function, _ = lineages(ran)[0].split(":")
    assert lineages(ran) == [f"{i + 1}:{function}:{i}" for i in range(16)]
    assert response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"] == ran[0]


def test_it_goes_on_where_that_is_allowed(create, invoke, lambda_client, name):
    create(name, PYTHON, Timeout=60)
    lambda_client.put_function_recursion_config(FunctionName=name, RecursiveLoop="Allow")
    ran, _ = invoke(name, {"left": 19, "call": [name]})
    assert [lineage.split(":")[::2] for lineage in lineages(ran)] == [[str(i + 1), str(i)] for i in range(20)]


def test_so_does_a_function_in_javascript(create, invoke, name):
    create(name, NODE, Runtime="nodejs20.x", Handler="index.handler", Timeout=60)
    (*ran, error), _ = invoke(name, {"left": 30, "call": [name]})
    assert len(ran) == 16
    assert error == "RecursiveInvocationException 400 User"


def test_functions_that_call_each_other_are_counted_each(create, invoke, name):
    """Seven in a row, the first of which comes back: no loop yet."""
    others = [f"{name}-{i}" for i in range(3)]
    for function in (name, *others):
        create(function, PYTHON, Timeout=60)
    ran, _ = invoke(name, {"left": 6, "call": [*others, name]})
    assert [[visit.split(":")[-1] for visit in lineage.split("|")] for lineage in lineages(ran)] == [
        ["0"], ["0", "0"], ["0", "0", "0"], ["0", "0", "0", "0"], ["1", "0", "0", "0"], ["1", "1", "0", "0"],
        ["1", "1", "1", "0"]]
