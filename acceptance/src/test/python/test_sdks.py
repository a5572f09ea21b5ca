"""AWS's SDKs inside functions: there without being packaged, pointed at Boda, behind the function's own copy."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from boda import HOME, LAUNCHER, Server, launcher_environment, python_function, zipped

PYTHON = """
import boto3, botocore, json, os, sys

def lambda_handler(event, context):
    client = boto3.client("lambda")
    names = [f["FunctionName"] for page in client.get_paginator("list_functions").paginate() for f in page["Functions"]]
    answer = {"names": names, "release": boto3.__version__, "file": boto3.__file__, "endpoint": client.meta.endpoint_url,
              "region": client.meta.region_name, "path": sys.path, "arguments": sys.argv}
    if "call" in event:
        called = client.invoke(FunctionName=event["call"], Payload=json.dumps({"said": "hello"}))
        answer["called"] = json.load(called["Payload"])
    return answer
"""

CALLED = """
def lambda_handler(event, context):
    return {"heard": event["said"], "by": context.function_name}
"""

NODE_BODY = """
const handler = async (event) => {
  const client = new LambdaClient();
  const names = [];
  for await (const page of paginateListFunctions({ client }, {})) names.push(...page.Functions.map((f) => f.FunctionName));
  const answer = { names, region: await client.config.region() };
  if (event.call) {
    const Payload = JSON.stringify({ said: 'hello' });
    const called = await client.send(new InvokeCommand({ FunctionName: event.call, Payload }));
    answer.called = JSON.parse(Buffer.from(called.Payload).toString());
  }
  return answer;
};
"""

NODE_NAMES = "{ LambdaClient, InvokeCommand, paginateListFunctions }"

NODE = {
    "index.mjs": f"import {NODE_NAMES} from '@aws-sdk/client-lambda';\n{NODE_BODY}\nexport {{ handler }};",
    "index.cjs": f"const {NODE_NAMES} = require('@aws-sdk/client-lambda');\n{NODE_BODY}\nexports.handler = handler;",
}

# One whose pins are of each file.
PYTHONS = ["python3.8", "python3.9", "python3.12", "python3.13"]


def pinned(runtime):
    """The release of boto3 that a runtime finds."""
    minor = int(runtime.split(".")[1])
    files = {int(path.name.split(".")[1]): path for path in (HOME / "runtimes/sdks").glob("python3.*.txt")}
    text = files[max(known for known in files if known <= minor)].read_text()
    return text.split("boto3==")[1].split()[0]


@pytest.fixture
def exact(server):
    """Skips where the machine has no interpreter of a runtime's own version."""
    line = next(line for line in server.lines if line.startswith("  runtimes"))

    def check(runtime):
        if runtime not in line.replace(",", "").split():
            pytest.skip(f"no interpreter of {runtime} here")

    return check


@pytest.fixture
def called(create, name):
    create(name + "-called", python_function(CALLED))
    return name + "-called"


@pytest.mark.parametrize("runtime", PYTHONS)
def test_boto3_is_there_and_finds_boda(create, invoke, name, called, exact, runtime):
    exact(runtime)
    create(name, python_function(PYTHON), Runtime=runtime, Timeout=30)
    answer, response = invoke(name, {"call": called})
    assert "FunctionError" not in response, answer
    assert {name, called} <= set(answer["names"])
    assert answer["called"] == {"heard": "hello", "by": called}
    assert answer["release"] == pinned(runtime)
    assert answer["region"] == "us-east-1"
    assert len(answer["arguments"]) == 1


def test_the_sdk_comes_after_the_function_and_the_standard_library(create, invoke, name):
    create(name, python_function(PYTHON), Timeout=30)
    answer, _ = invoke(name, {})
    path = answer["path"]
    sdk = path.index(str(Path(answer["file"]).parents[1]))
    standard = next(i for i, entry in enumerate(path) if entry.endswith("lib-dynload"))
    others = [i for i, entry in enumerate(path) if entry.endswith(("/site-packages", "/dist-packages"))
              and not entry.startswith("/opt/") and i != sdk]
    assert standard < sdk
    assert all(sdk < other for other in others)


@pytest.mark.parametrize("file", NODE)
def test_the_javascript_sdk_is_there_and_finds_boda(create, invoke, name, called, file):
    create(name, zipped({file: NODE[file]}), Runtime="nodejs20.x", Handler="index.handler", Timeout=30)
    answer, response = invoke(name, {"call": called})
    assert "FunctionError" not in response, answer
    assert {name, called} <= set(answer["names"])
    assert answer["called"] == {"heard": "hello", "by": called}
    assert answer["region"] == "us-east-1"


NODE_OTHERS = {
    "an import behind another file": {
        "index.mjs": "export { handler } from './more/handler.mjs';",
        "more/handler.mjs": "import * as sdk from '@aws-sdk/lib-dynamodb';\n"
        "export const handler = async () => Object.keys(sdk).includes('DynamoDBDocumentClient');",
    },
    "an import while it runs": {
        "index.mjs": "export const handler = async () =>"
        " Object.keys(await import('@aws-sdk/client-' + 's3')).includes('S3Client');",
    },
    "an import of CommonJS while it runs": {
        "index.cjs": "exports.handler = async () =>"
        " Object.keys(await import('@aws-sdk/util-dynamodb')).includes('marshall');",
    },
    "a package of the function's own that imports": {
        "index.mjs": "import { there } from 'mine'; export const handler = async () => there;",
        "node_modules/mine/package.json": json.dumps({"type": "module", "exports": "./mine.js"}),
        "node_modules/mine/mine.js": "import { SQSClient } from '@aws-sdk/client-sqs';"
        " export const there = typeof SQSClient === 'function';",
    },
    "an import while it runs of an ES module of the function's own": {
        "index.js": "exports.handler = async () => (await import('./impl.mjs')).run();",
        "impl.mjs": "import { S3Client } from '@aws-sdk/client-s3'; export const run = () => typeof S3Client === 'function';",
    },
    "an import while it runs, where others watch what is compiled": {
        "index.js": "const { prototype } = require('node:module'); const before = prototype._compile; let seen = 0;"
        " prototype._compile = function (...them) { seen++; return before.apply(this, them); };"
        " const later = require('./later'); require('./after');"
        " exports.handler = async () => seen === 2 && typeof (await later()).SNSClient === 'function';",
        "later.js": "module.exports = () => import('@aws-sdk/client-sns');",
        "after.js": "",
    },
    "an import while it runs, behind files that are required": {
        "index.cjs": "exports.handler = require('./lib').handler;",
        "lib/index.js": "exports.handler = require('./deep/down').handler;",
        "lib/deep/down.js": "exports.handler = async () =>"
        " Object.keys(await import('@aws-sdk/client-dynamodb')).includes('DynamoDBClient');",
    },
    "an import while it runs, of a CommonJS package of the function's own": {
        "index.js": "exports.handler = require('mine').handler;",
        "node_modules/mine/index.js": "const load = (name) => import(name);"
        " exports.handler = async () => typeof (await load('@aws-sdk/client-sns')).SNSClient === 'function';",
    },
    "an import while it runs, of CommonJS behind an ES module": {
        "index.mjs": "export { handler } from './late.cjs';",
        "late.cjs": "exports.handler = require('./later.js').handler;",
        "later.js": "exports.handler = async () => typeof (await import('@aws-sdk/client-sqs')).SQSClient === 'function';",
    },
    "an import after one of the function's own packages": {
        "index.js": "exports.handler = require('mine').handler;",
        "node_modules/mine/index.js": "exports.handler = async () => (await import('other')).there;",
        "node_modules/other/package.json": json.dumps({"type": "module", "exports": "./other.js"}),
        "node_modules/other/other.js": "export const there ="
        " Object.keys(await import('@aws-sdk/client-s3')).includes('S3Client');",
    },
    "what the SDK itself is made of": {
        "index.mjs": "import { SignatureV4 } from '@smithy/signature-v4';"
        " export const handler = async () => typeof SignatureV4 === 'function';",
    },
}


@pytest.mark.parametrize("how", NODE_OTHERS)
def test_es_modules_find_it_however_they_ask(create, invoke, name, how):
    create(name, zipped(NODE_OTHERS[how]), Runtime="nodejs20.x", Handler="index.handler", Timeout=30)
    answer, response = invoke(name, {})
    assert answer is True, (answer, response.get("FunctionError"))


OWN = {
    "python3.12": {
        "lambda_function.py": "import boto3\ndef lambda_handler(event, context): return boto3.whose",
        "boto3/__init__.py": "whose = 'the function'",
    },
    "nodejs20.x": {
        "lambda_function.mjs": "import { whose } from '@aws-sdk/client-s3';"
        "export const lambda_handler = async () => whose;",
        "node_modules/@aws-sdk/client-s3/package.json": '{"main": "index.js"}',
        "node_modules/@aws-sdk/client-s3/index.js": "exports.whose = 'the function';",
    },
}


@pytest.mark.parametrize("runtime", OWN)
def test_the_functions_own_copy_wins(create, invoke, name, runtime):
    create(name, zipped(OWN[runtime]), Runtime=runtime)
    assert invoke(name, {})[0] == "the function"


@pytest.mark.parametrize("path", ["/var/task/lib", "/opt/python"])
def test_a_python_path_of_the_functions_own_leaves_it_there(create, invoke, name, path):
    source = "import boto3, sys\ndef lambda_handler(event, context): return [boto3.__version__, sys.argv[1:]]"
    create(name, python_function(source), Environment={"Variables": {"PYTHONPATH": path}})
    assert invoke(name, {})[0] == [pinned("python3.12"), []]


def test_processes_that_a_function_starts_find_it_too(create, invoke, name):
    source = """
import subprocess, sys
def lambda_handler(event, context):
    return subprocess.check_output([sys.executable, "-c", "import boto3; print(boto3.__version__)"], text=True).strip()
"""
    create(name, python_function(source), Timeout=30)
    assert invoke(name, {})[0] == pinned("python3.12")


def test_a_package_that_is_nowhere_is_not_found_as_ever(create, invoke, name):
    create(name, zipped({"index.mjs": "import 'not-there';\nexport const handler = async () => 1;"}),
           Runtime="nodejs20.x", Handler="index.handler")
    answer, response = invoke(name, {})
    assert response["FunctionError"] == "Unhandled"
    assert "Cannot find package 'not-there' imported from" in answer["errorMessage"]


def sdk_folders():
    doctor = subprocess.run([str(LAUNCHER), "doctor"], env=launcher_environment(), capture_output=True, text=True,
                            timeout=60).stdout
    found = [Path(line.split()[-1]) for line in doctor.splitlines() if "/boda/sdks/" in line]
    assert len(found) == 4, doctor
    return found


def test_a_start_says_that_the_folders_are_used(tmp_path):
    yesterday = time.time() - 24 * 3600
    for folder in sdk_folders():
        os.utime(folder, (yesterday, yesterday))
    with Server(tmp_path / "data"):
        assert all(folder.stat().st_mtime > yesterday + 3600 for folder in sdk_folders())


def test_folders_that_no_pin_names_are_removed_when_nobody_has_used_them_for_a_month(tmp_path):
    cache, pins = tmp_path / "sdks", tmp_path / "pins"
    pins.mkdir()
    days = {"python3.10-1-0123456789abcdef": 31, "nodejs18-1-fedcba9876543210": 31, "python3.9-1-0123456789abcdef": 29,
            "my own": 400, "python3.10-1-short": 400}
    for name, age in days.items():
        (cache / name / "lib").mkdir(parents=True)
        os.utime(cache / name, (time.time() - age * 24 * 3600,) * 2)
    note = cache / ".brought-123"
    note.write_text("")
    os.utime(note, (time.time() - 31 * 24 * 3600,) * 2)

    def bring():
        subprocess.run([sys.executable, str(HOME / "tools/sdks.py"), str(pins), str(cache)], check=True)
        return {path.name for path in cache.iterdir()} - {".lock"}

    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()", f"-Dboda.sdks={cache}"],
                          stdin=subprocess.PIPE):
        assert bring() == {*days, note.name}
    assert bring() == {"python3.9-1-0123456789abcdef", "my own", "python3.10-1-short"}


def test_the_start_lines_and_the_doctor_name_what_is_there(server, tmp_path):
    said = next(line for line in server.lines if line.startswith("  SDKs"))
    assert f"boto3 {pinned('python3.12')} (python3.10+)" in said and "@aws-sdk/*" in said
    assert not any("cannot import" in line for line in server.lines)
    doctor = subprocess.run([str(LAUNCHER), "doctor", "--data-dir", tmp_path], env=launcher_environment(),
                            capture_output=True, text=True, timeout=60)
    assert doctor.returncode == 0
    assert f"boto3 {pinned('python3.8')}" in doctor.stdout
