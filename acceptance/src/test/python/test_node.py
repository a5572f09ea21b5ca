"""Node.js functions as AWS runs them: where handlers are found, how they answer and fail, what they write, how they end."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from boda import HOME, node_function, tail, zipped
from test_logging_config import messages, objects

COMMONJS = "exports.handler = async () => 'commonjs ' + typeof module;"
MODULE = "export const handler = async () => 'module ' + typeof module;"

MODULES = zipped({
    "index.js": COMMONJS,
    "other.mjs": MODULE,
    "third.cjs": COMMONJS,
    "folder/deep/file.js": COMMONJS,
    "esm/package.json": '{"type": "module"}',
    "esm/index.js": MODULE,
    "esm/old.cjs": COMMONJS,
    "esm/deep/index.js": MODULE,
    "nested.js": "exports.api = { orders: { get: async () => 'nested' } };",
    "default.mjs": "export default { handler: async () => 'of the default' };",
    "awaits.mjs": "import { setTimeout as sleep } from 'node:timers/promises';\nawait sleep(20);\n"
                  "const { name } = await import('./folder/name.mjs');\nexport const handler = async () => name;",
    "folder/name.mjs": "export const name = 'after an await';",
    "node_modules/packaged/package.json": '{"main": "lib/main.js"}',
    "node_modules/packaged/lib/main.js": COMMONJS,
    "requires.js": "const { readFileSync } = require('fs');\nconst value = require('./value.json');\n"
                   "exports.handler = async () => value.from + readFileSync('value.json').length;",
    "value.json": '{"from": "json"}',
})

FOUND = {
    "index.handler": "commonjs object",
    "other.handler": "module undefined",
    "third.handler": "commonjs object",
    "folder/deep/file.handler": "commonjs object",
    "esm/index.handler": "module undefined",
    "esm/old.handler": "commonjs object",
    "esm/deep/index.handler": "module undefined",
    "nested.api.orders.get": "nested",
    "default.handler": "of the default",
    "awaits.handler": "after an await",
    "packaged.handler": "commonjs object",
    "requires.handler": "json16",
}


def test_handlers_are_found_in_files_of_either_kind(create, invoke, name):
    def called(number, handler):
        create(f"{name}-{number}", MODULES, Handler=handler, Runtime="nodejs22.x")
        return invoke(f"{name}-{number}", {})[0]

    with ThreadPoolExecutor(5) as pool:
        assert dict(zip(FOUND, pool.map(called, range(len(FOUND)), FOUND))) == FOUND


NOT_LOADED = {
    "gone.handler": ("Runtime.ImportModuleError", "Error: Cannot find module 'gone'\nRequire stack:\n- /var/runtime/index.mjs"),
    "index.gone": ("Runtime.HandlerNotFound", "index.gone is undefined or not exported"),
    "value.handler": ("Runtime.HandlerNotFound", "value.handler is not a function"),
    "syntax.handler": ("Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token '}'"),
    "nodot": ("Runtime.MalformedHandlerName", "Bad handler"),
    "../index.handler": ("Runtime.MalformedHandlerName", "'../index.handler' is not a valid handler name. Use absolute paths"
                                                         " when specifying root directories in handler names."),
    "throws.handler": ("RangeError", "no settings"),
    "rejects.handler": ("TypeError", "after an await"),
}


def test_what_cannot_be_loaded_is_awss_error(create, invoke, name):
    package = zipped({
        "index.js": COMMONJS, "value.js": "exports.handler = 'text';", "syntax.js": "exports.handler = () => { } }",
        "throws.js": "throw new RangeError('no settings');",
        "rejects.mjs": "await null; throw new TypeError('after an await');"})

    def told(number, handler):
        create(f"{name}-{number}", package, Handler=handler, Runtime="nodejs20.x")
        body, response = invoke(f"{name}-{number}", {})
        assert response["FunctionError"] == "Unhandled" and body["trace"][0].startswith(body["errorType"])
        return body["errorType"], body["errorMessage"]

    with ThreadPoolExecutor(4) as pool:
        assert dict(zip(NOT_LOADED, pool.map(told, range(len(NOT_LOADED)), NOT_LOADED))) == NOT_LOADED


CALLBACKS = """
let count = 0;
const cases = {
  result: (event, context, callback) => callback(null, 'of the callback'),
  error: (event, context, callback) => callback(new RangeError('no luck')),
  text: (event, context, callback) => callback('only text'),
  succeed: (event, context) => context.succeed({ of: 'succeed' }),
  done: (event, context) => context.done(null, 'of done'),
  failed: (event, context) => context.done(new Error('of done')),
  fail: (event, context) => context.fail('of fail'),
  nothing: () => { setTimeout(() => {}, 20); },
  returned: () => 'is not the answer',
  thrown: () => { throw new TypeError('at once'); },
  twice: (event, context, callback) => { callback(null, 'first'); callback(null, 'second'); },
  circular: (event, context, callback) => { const it = {}; it.it = it; callback(null, it); },
  waits: (event, context, callback) => {
    setTimeout(() => { count++; }, 300);
    callback(null, 'when the loop is empty');
  },
  hurries: (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false;
    setTimeout(() => { count++; }, 300);
    callback(null, 'at once');
  },
  count: (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; callback(null, count); },
};
exports.handler = (event, context, callback) => cases[event](event, context, callback);
"""

ANSWERED = {
    "result": "of the callback", "succeed": {"of": "succeed"}, "done": "of done", "nothing": None, "returned": None,
    "twice": "first",
    "error": ("RangeError", "no luck"), "text": ("string", "only text"), "failed": ("Error", "of done"),
    "fail": ("string", "of fail"), "thrown": ("TypeError", "at once"),
    "circular": ("Error", "Unable to stringify response body"),
}


@pytest.mark.parametrize("runtime", ["nodejs18.x", "nodejs22.x"])
def test_callbacks_answer_up_to_nodejs22(create, invoke, name, runtime):
    create(name, node_function(CALLBACKS, "index.js"), Runtime=runtime, Handler="index.handler")

    def answered(what):
        body, response = invoke(name, what)
        return (body["errorType"], body["errorMessage"]) if "FunctionError" in response else body

    assert {what: answered(what) for what in ANSWERED} == ANSWERED
    begun = time.monotonic()
    assert answered("waits") == "when the loop is empty"
    assert time.monotonic() - begun > 0.3
    assert answered("count") == 1
    begun = time.monotonic()
    assert answered("hurries") == "at once"
    assert time.monotonic() - begun < 0.3


def test_from_nodejs24_on_a_third_parameter_is_awss_error(create, invoke, name):
    create(name, node_function("export const handler = (event, context, callback) => callback(null, 1);"),
           Runtime="nodejs24.x", Handler="index.handler")
    body, response = invoke(name, {})
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == "Runtime.CallbackHandlerDeprecated"
    assert body["errorMessage"] == (
        "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to"
        " modify this function to use a supported handler signature to use Node.js 24 or later. For more information see"
        " https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.")


PROMISES = """
let count = 0;
const cases = {
  value: () => 'returned',
  context: (event, context) => ['done', 'succeed', 'fail', 'callbackWaitsForEmptyEventLoop'].map((its) => typeof context[its]),
  trace: (event, context) => context.xRayTraceId === process.env._X_AMZN_TRACE_ID,
  store: (event, context) => {
    const store = globalThis.awslambda.InvokeStore;
    return store && [store.getRequestId() === context.awsRequestId, store.getXRayTraceId() === context.xRayTraceId];
  },
  left: async (event, context) => {
    const before = context.getRemainingTimeInMillis();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return [before, context.getRemainingTimeInMillis()];
  },
  leaves: async () => { setTimeout(() => { count++; }, 300); return 'at once'; },
  rejects: async () => { throw Object.assign(new RangeError('no luck'), { code: 'ECODE' }); },
  text: async () => { throw 'only text'; },
  nothing: async () => { throw undefined; },
  circular: async () => { const it = {}; it.it = it; return it; },
  unhandled: async () => { Promise.reject(new Error('nobody waits')); await new Promise((resolve) => setTimeout(resolve, 500)); },
  uncaught: async () => {
    setTimeout(() => { throw new SyntaxError('nobody catches'); }, 10);
    await new Promise((resolve) => setTimeout(resolve, 500));
  },
  forever: () => new Promise(() => {}),
  exits: async () => process.exit(7),
};
export const handler = async (event, context) => cases[event](event, context);
"""


@pytest.fixture(params=["nodejs20.x", "nodejs24.x"])
def promises(request, create, invoke, name):
    """Calls a function of promises: promises(what) → its answer, or its error's type and message."""
    create(name, node_function(PROMISES), Runtime=request.param, Handler="index.handler", Timeout=9)

    def call(what):
        body, response = invoke(name, what, LogType="Tail")
        call.tail = tail(response)
        return (body["errorType"], body.get("errorMessage")) if "FunctionError" in response else body

    call.newer = request.param == "nodejs24.x"
    return call


def test_promises_answer(promises):
    assert promises("value") == "returned"
    assert promises("context") == (["undefined"] * 4 if promises.newer else ["function"] * 3 + ["boolean"])
    assert promises("trace") == promises.newer
    assert promises("store") == ([True, True] if promises.newer else None)
    before, after = promises("left")
    assert 8000 < after <= before - 99 and before <= 9000
    begun = time.monotonic()
    assert promises("leaves") == "at once"
    assert time.monotonic() - begun < 0.3


def test_rejected_promises_are_errors(promises):
    assert promises("rejects") == ("RangeError", "no luck")
    assert "\tERROR\tInvoke Error \t{" in promises.tail
    logged = json.loads(promises.tail.split("Invoke Error \t")[1].split("\n")[0])
    assert (logged["errorType"], logged["errorMessage"], logged["code"]) == ("RangeError", "no luck", "ECODE")
    message, first, *others = logged["stack"]
    assert (message, "file:///var/task/index.mjs:" in first) == ("RangeError: no luck", True)
    assert not any(str(HOME) in frame for frame in others)
    assert promises("text") == ("string", "only text")
    circular = ("Runtime.JSONStringifyError" if promises.newer else "Error", "Unable to stringify response body")
    assert promises("circular") == circular


def test_what_nobody_catches_ends_the_environment(promises):
    kind, message = promises("unhandled")
    assert (kind, message) == ("Runtime.UnhandledPromiseRejection", "Error: nobody waits")
    assert "\tERROR\tUnhandled Promise Rejection \t{" in promises.tail
    assert promises("value") == "returned"
    assert promises("uncaught") == ("SyntaxError", "nobody catches")
    assert promises("forever")[0] == "Runtime.NodeJsExit"
    kind, message = promises("exits")
    assert kind == "Runtime.ExitError" and message.endswith("Error: Runtime exited with error: exit status 7")
    assert promises("value") == "returned"


LOGGING = node_function("""
console.log('while loading');
export const handler = async (event, context) => {
  console.debug('debugged');
  console.info('informed %s and %j', 'once', { a: 1 });
  console.warn({ object: [1, 2] });
  console.error(new TypeError('of the log'));
  console.error('with', new RangeError('more'));
  console.log('several\\nlines');
  process.stdout.write('written\\n');
};
""")


def test_text_logs_have_a_time_a_request_and_a_level(logs_client, create, invoke, name):
    create(name, LOGGING, Runtime="nodejs22.x", Handler="index.handler",
           Environment={"Variables": {"AWS_LAMBDA_LOG_LEVEL": "INFO"}})
    _, response = invoke(name, {})
    request_id = response["ResponseMetadata"]["RequestId"]
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("REPORT" in one for one in found))
    own = [one.split("\t", 1)[1] for one in found if one.startswith("20")]
    assert own[0] == "undefined\tINFO\twhile loading"
    assert own[1] == f'{request_id}\tINFO\tinformed once and {{"a":1}}'
    assert own[2] == f"{request_id}\tWARN\t{{ object: [ 1, 2 ] }}"
    assert own[3].startswith(f"{request_id}\tERROR\tTypeError: of the log\n    at ")
    assert own[4].startswith(f"{request_id}\tERROR\twith RangeError: more\n    at ")
    assert own[5:] == [f"{request_id}\tINFO\tseveral\nlines"]
    assert "written" in found


def test_json_logs_have_the_members_that_aws_gives_them(logs_client, create, invoke, name):
    create(name, LOGGING, Runtime="nodejs22.x", Handler="index.handler",
           LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"})
    _, response = invoke(name, {})
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("platform.report" in one for one in found))
    own = [one for one in objects(found) if "level" in one]
    assert [one["level"] for one in own] == ["INFO", "DEBUG", "INFO", "WARN", "ERROR", "ERROR", "INFO"]
    assert {one["requestId"] for one in own[1:]} == {response["ResponseMetadata"]["RequestId"]}
    assert own[2]["message"] == 'informed once and {"a":1}' and own[3]["message"] == {"object": [1, 2]}
    assert own[4]["message"]["errorType"] == "TypeError" and own[4]["message"]["stackTrace"][0] == "TypeError: of the log"
    assert (own[5]["errorType"], own[5]["errorMessage"]) == ("RangeError", "more")
    assert own[6]["message"] == "several\nlines"


@pytest.mark.parametrize("runtime", ["nodejs20.x", "nodejs24.x"])
def test_a_handler_of_sigterm_runs_in_shutdown(lambda_client, logs_client, create, invoke, name, runtime):
    create(name, node_function("""
process.on('SIGTERM', () => {
  console.log('closing');
  process.exit(0);
});
export const handler = async () => 1;
"""), Runtime=runtime, Handler="index.handler")
    assert invoke(name, {})[0] == 1
    lambda_client.update_function_configuration(FunctionName=name, MemorySize=256)
    found = messages(logs_client, "/aws/lambda/" + name, lambda found: any("closing" in one for one in found))
    assert any(one.endswith("\tINFO\tclosing") for one in found)
