"""Layers: published, shared, and what functions find of them under /opt."""

import base64
import hashlib
import json
import urllib.request
import uuid
from pathlib import Path

import pytest
from boda import Server, python_function, zipped
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory

EXECUTABLE = 0o100755

SEEN = """
import os, subprocess, sys

def lambda_handler(event, context):
    answer = {}
    for name in event.get("modules", []):
        answer[name] = __import__(name).NAME
    for path in event.get("files", []):
        answer[path] = open(path).read() if os.path.exists(path) else None
    for command in event.get("commands", []):
        answer[command] = subprocess.run([command], capture_output=True, text=True).stdout
    if event.get("write"):
        try:
            open(event["write"], "w")
            answer["write"] = "written"
        except OSError as e:
            answer["write"] = e.strerror
    answer["variables"] = [name for name in os.environ if "BODA" in name]
    answer["set"] = os.environ.get("SET_BY_WRAPPER")
    answer["options"] = getattr(sys, "_xoptions", {})
    return answer
"""


def module(name):
    return f"NAME = {name!r}\n"


@pytest.fixture
def layer_name():
    return "layer-" + uuid.uuid4().hex[:12]


@pytest.fixture
def publish(lambda_client, layer_name):
    def make(files, modes=None, name=layer_name, **members):
        return lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped(files, modes)}, **members)

    return make


def refusal(call, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def members(answer):
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def without_location(answer):
    found = members(answer)
    return {**found, "Content": {key: value for key, value in found["Content"].items() if key != "Location"}}


def test_a_version_is_published_read_and_downloaded(lambda_client, publish, layer_name):
    files = {"python/one.py": module("one")}
    published = publish(files, Description="first", LicenseInfo="MIT", CompatibleRuntimes=["python3.12", "nodejs22.x"],
                        CompatibleArchitectures=["x86_64"])
    assert published["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert published["LayerArn"].endswith(":layer:" + layer_name)
    assert published["LayerVersionArn"] == published["LayerArn"] + ":1" and published["Version"] == 1
    assert published["CreatedDate"].endswith("+0000") and published["CreatedDate"][10] == "T"
    assert published["LicenseInfo"] == "MIT" and published["CompatibleRuntimes"] == ["python3.12", "nodejs22.x"]

    read = lambda_client.get_layer_version(LayerName=layer_name, VersionNumber=1)
    by_arn = lambda_client.get_layer_version_by_arn(Arn=published["LayerVersionArn"])
    by_name_arn = lambda_client.get_layer_version(LayerName=published["LayerArn"], VersionNumber=1)
    for same in read, by_arn, by_name_arn:
        assert without_location(same) == without_location(published)
    zip_file = urllib.request.urlopen(read["Content"]["Location"], timeout=30).read()
    assert base64.b64encode(hashlib.sha256(zip_file).digest()).decode() == read["Content"]["CodeSha256"]
    assert len(zip_file) == read["Content"]["CodeSize"]

    plain = publish(files)
    assert plain["Version"] == 2 and plain["Description"] == ""
    assert not {"LicenseInfo", "CompatibleRuntimes", "CompatibleArchitectures"} & plain.keys()

    missing = (404, "ResourceNotFoundException", "The resource you requested does not exist.")
    assert refusal(lambda_client.get_layer_version, LayerName=layer_name, VersionNumber=3) == missing
    assert refusal(lambda_client.get_layer_version_by_arn, Arn=published["LayerArn"] + ":9") == missing
    assert refusal(lambda_client.publish_layer_version, LayerName=layer_name,
                   Content={"S3Bucket": "bucket", "S3Key": "key"}) == (
        400, "InvalidParameterValueException", "Boda does not support S3Bucket yet; see docs/parity.md")
    assert refusal(lambda_client.publish_layer_version, LayerName=layer_name, Content={"ZipFile": b"no zip"})[1:] == (
        "InvalidParameterValueException",
        "Could not unzip uploaded file. Please check your file, then try to upload again.")


def test_a_large_layer_is_published_and_a_larger_one_refused(lambda_client, layer_name):
    def package(megabytes):
        return zipped({"data": b"0" * (megabytes << 20)})

    answer = lambda_client.publish_layer_version(LayerName=layer_name, Content={"ZipFile": package(240)})
    assert answer["Version"] == 1
    assert refusal(lambda_client.publish_layer_version, LayerName=layer_name, Content={"ZipFile": package(251)}) == (
        400, "InvalidParameterValueException", "Unzipped size must be smaller than 262144000 bytes")
    arn = answer["LayerVersionArn"]
    code = zipped({"lambda_function.py": "", "data": b"1" * (11 << 20)})
    status, error, message = refusal(
        lambda_client.create_function, FunctionName=layer_name, Runtime="python3.12", Role=ROLE, Handler="a.b",
        Code={"ZipFile": code}, Layers=[arn])
    assert (status, error) == (400, "InvalidParameterValueException")
    assert message == ("Function code combined with layers exceeds the maximum allowed size of 262144000 bytes."
                       f" The actual size is {251 << 20} bytes.")


def test_versions_and_layers_are_listed_filtered_and_paged(lambda_client, publish, layer_name):
    publish({"a": "1"}, CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["arm64"])
    publish({"a": "2"}, CompatibleRuntimes=["nodejs22.x"])
    listed = lambda_client.list_layer_versions(LayerName=layer_name)["LayerVersions"]
    assert [version["Version"] for version in listed] == [2, 1]
    assert "Content" not in listed[0]
    page = lambda_client.list_layer_versions(LayerName=layer_name, MaxItems=1)
    rest = lambda_client.list_layer_versions(LayerName=layer_name, MaxItems=1, Marker=page["NextMarker"])
    assert [page["LayerVersions"][0]["Version"], rest["LayerVersions"][0]["Version"]] == [2, 1]
    assert "NextMarker" not in rest

    def latest(**filters):
        pages = lambda_client.get_paginator("list_layers").paginate(**filters)
        return [layer["LatestMatchingVersion"]["Version"]
                for page in pages for layer in page["Layers"] if layer["LayerName"] == layer_name]

    assert latest() == [2]
    assert latest(CompatibleRuntime="python3.12") == [1]
    assert latest(CompatibleArchitecture="x86_64") == []
    assert lambda_client.list_layer_versions(LayerName=layer_name, CompatibleRuntime="python3.12",
                                             CompatibleArchitecture="arm64")["LayerVersions"][0]["Version"] == 1
    assert lambda_client.list_layer_versions(LayerName="nothing-of-this-name")["LayerVersions"] == []
    assert refusal(lambda_client.list_layers, CompatibleRuntime="cobol")[:2] == (400, "ValidationException")
    assert refusal(lambda_client.list_layer_versions, LayerName=layer_name, Marker="?")[:2] == (
        400, "InvalidParameterValueException")


def test_permissions_are_added_shown_and_removed(lambda_client, clients, publish, layer_name):
    arn = publish({"a": "1"})["LayerVersionArn"]
    which = {"LayerName": layer_name, "VersionNumber": 1}
    other = clients("lambda", account="222222222222")
    foreign = refusal(other.get_layer_version_by_arn, Arn=arn)
    assert foreign[:2] == (403, "AccessDeniedException") and "no resource-based policy allows" in foreign[2]
    assert refusal(lambda_client.get_layer_version_policy, **which) == (
        404, "ResourceNotFoundException", "No policy is associated with the given resource.")

    permission = {"Action": "lambda:GetLayerVersion", "Principal": "222222222222"}
    added = lambda_client.add_layer_version_permission(**which, StatementId="s1", **permission)
    statement = {"Sid": "s1", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
                 "Action": "lambda:GetLayerVersion", "Resource": arn}
    assert added["ResponseMetadata"]["HTTPStatusCode"] == 201 and json.loads(added["Statement"]) == statement
    second = lambda_client.add_layer_version_permission(
        **which, StatementId="s2", Action="lambda:GetLayerVersion", Principal="*", OrganizationId="o-1234567890",
        RevisionId=added["RevisionId"])
    assert json.loads(second["Statement"])["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    policy = lambda_client.get_layer_version_policy(**which)
    document = json.loads(policy["Policy"])
    assert policy["RevisionId"] == second["RevisionId"] != added["RevisionId"]
    assert (document["Version"], document["Id"]) == ("2012-10-17", "default")
    assert [each["Sid"] for each in document["Statement"]] == ["s1", "s2"]
    assert other.get_layer_version_by_arn(Arn=arn)["Version"] == 1

    assert refusal(lambda_client.add_layer_version_permission, **which, StatementId="s1", **permission)[:2] == (
        409, "ResourceConflictException")
    assert refusal(lambda_client.remove_layer_version_permission, **which, StatementId="s1", RevisionId="wrong")[:2] == (
        412, "PreconditionFailedException")
    assert refusal(lambda_client.remove_layer_version_permission, **which, StatementId="s3") == (
        404, "ResourceNotFoundException", "Statement s3 is not found in resource policy.")
    lambda_client.remove_layer_version_permission(**which, StatementId="s1", RevisionId=policy["RevisionId"])
    assert refusal(other.get_layer_version_by_arn, Arn=arn)[0] == 403
    assert refusal(lambda_client.add_layer_version_permission, LayerName=layer_name, VersionNumber=7, StatementId="s",
                   **permission) == (
        404, "ResourceNotFoundException", f"Layer version {arn[:-2]}:7 does not exist.")


def test_another_accounts_function_uses_a_layer_that_is_permitted_to_it(lambda_client, clients, publish, layer_name, name):
    arn = publish({"python/shared.py": module("shared")})["LayerVersionArn"]
    other = clients("lambda", account="222222222222")
    function = {"FunctionName": name, "Runtime": "python3.12", "Role": ROLE, "Layers": [arn],
                "Handler": "lambda_function.lambda_handler", "Code": {"ZipFile": python_function(SEEN)}}
    assert refusal(other.create_function, **function)[:2] == (403, "AccessDeniedException")
    lambda_client.add_layer_version_permission(LayerName=layer_name, VersionNumber=1, StatementId="s", Principal="*",
                                               Action="lambda:GetLayerVersion")
    other.create_function(**function)
    lambda_client.delete_layer_version(LayerName=layer_name, VersionNumber=1)
    answer = json.load(other.invoke(FunctionName=name, Payload=b'{"modules": ["shared"]}')["Payload"])
    assert answer["shared"] == "shared"
    other.delete_function(FunctionName=name)


def test_python_finds_layers_and_the_later_one_counts(lambda_client, publish, create, invoke, name, layer_name):
    first = publish({"python/one.py": module("one"), "python/both.py": module("first"), "data/file": "first"})
    second = publish(
        {"python/lib/python3.12/site-packages/two.py": module("two"), "python/both.py": module("second"),
         "data/file": "second", "bin/tool": "#!/bin/sh\necho $0\n"},
        {"bin/tool": EXECUTABLE}, name=layer_name + "-2")
    arns = [first["LayerVersionArn"], second["LayerVersionArn"]]
    created = create(name, python_function(SEEN), Layers=arns)
    assert created["Layers"] == [
        {"Arn": arn, "CodeSize": layer["Content"]["CodeSize"]} for arn, layer in zip(arns, (first, second))]
    event = {"modules": ["one", "two", "both"], "files": ["/opt/data/file"], "commands": ["tool"],
             "write": "/opt/data/new"}
    answer, _ = invoke(name, event)
    assert [answer[each] for each in event["modules"]] == ["one", "two", "second"]
    assert answer["/opt/data/file"] == "second" and answer["tool"] == "/opt/bin/tool\n"
    assert answer["write"] == "Read-only file system" and answer["variables"] == []

    lambda_client.update_function_configuration(FunctionName=name, Layers=arns[::-1])
    answer, _ = invoke(name, event)
    assert answer["both"] == "first" and answer["/opt/data/file"] == "first" and answer["two"] == "two"

    updated = lambda_client.update_function_configuration(FunctionName=name, Layers=[])
    assert "Layers" not in updated
    answer, _ = invoke(name, {"files": ["/opt/data/file"]})
    assert answer["/opt/data/file"] is None


NODE = "const { name } = require('common'); const { major } = require('versioned');\n" \
       "exports.handler = async () => [name, major];"
NODE_MODULE = "import common from 'common'; export const handler = async () => [common.name, process.env.SET_BY_WRAPPER];"


def test_nodejs_finds_layers(publish, create, invoke, name):
    arn = publish({"nodejs/node_modules/common/index.js": "exports.name = 'common';",
                   "nodejs/node22/node_modules/versioned/index.js": "exports.major = 22;",
                   "nodejs/node20/node_modules/versioned/index.js": "exports.major = 20;"})["LayerVersionArn"]
    for runtime, major in ("nodejs22.x", 22), ("nodejs20.x", 20):
        function = f"{name}-{major}"
        create(function, zipped({"index.js": NODE}), Runtime=runtime, Handler="index.handler", Layers=[arn])
        assert invoke(function)[0] == ["common", major]
    create(name, zipped({"index.mjs": NODE_MODULE}), Runtime="nodejs22.x", Handler="index.handler", Layers=[arn])
    assert invoke(name)[0] == ["common", None]


# As AWS's documentation has it: options of the interpreter before the last argument.
WRAPPER = """#!/bin/bash
args=("$@")
extra_args=("-X" "importtime")
args=("${args[@]:0:$#-1}" "${extra_args[@]}" "${args[@]: -1}")
export SET_BY_WRAPPER=yes
exec "${args[@]}"
"""


def test_a_wrapper_in_a_layer_starts_the_runtime(publish, create, invoke, name, layer_name):
    python = publish({"importtime": WRAPPER}, {"importtime": EXECUTABLE})["LayerVersionArn"]
    node = publish({"wrapper": "#!/bin/sh\nexport SET_BY_WRAPPER=node\nexec \"$@\"\n",
                    "nodejs/node_modules/common/index.js": "exports.name = 'common';"},
                   {"wrapper": EXECUTABLE}, name=layer_name + "-node")["LayerVersionArn"]
    create(name, python_function(SEEN), Layers=[python],
           Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/importtime"}})
    answer, _ = invoke(name, {})
    assert answer["set"] == "yes" and answer["options"] == {"importtime": True}
    create(name + "-node", zipped({"index.mjs": NODE_MODULE}), Runtime="nodejs22.x", Handler="index.handler",
           Layers=[node], Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}})
    assert invoke(name + "-node")[0] == ["common", "node"]


def test_a_wrapper_that_is_not_there_ends_in_awss_error(create, invoke, name):
    create(name, python_function(SEEN), Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/idontexist"}})
    answer, response = invoke(name, {})
    assert response["StatusCode"] == 200 and response["FunctionError"] == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert answer["errorMessage"].endswith("Error: Runtime exited with error: exit status 127")


def test_what_functions_may_not_have_is_refused(lambda_client, publish, create, layer_name, name):
    first = publish({"a": "1"})["LayerVersionArn"]
    second = publish({"a": "2"})["LayerVersionArn"]
    create(name, python_function(SEEN))

    def refused(*arns):
        status, code, message = refusal(lambda_client.update_function_configuration, FunctionName=name, Layers=[*arns])
        assert (status, code) == (400, "InvalidParameterValueException")
        return message

    assert refused(first[:-1] + "9") == f"Layer version {first[:-1]}9 does not exist."
    assert refused(first, second) == (
        "Two different versions of the same layer are not allowed to be referenced in the same function."
        f" {first} and {second} are versions of the same layer.")
    assert refused(*[first] * 6) == "Cannot reference more than 5 layers."
    assert refused(first.replace("us-east-1", "eu-central-1")) == (
        "Layers are not in the same region as the function. Layers are expected to be in region us-east-1.")
    extension = publish({"extensions/agent": ""}, {"extensions/agent": EXECUTABLE}, name=layer_name + "-x")
    assert "does not support the extensions in the layer" in refused(extension["LayerVersionArn"])
    status, code, message = refusal(
        lambda_client.update_function_configuration, FunctionName=name, Layers=[first.rsplit(":", 1)[0]])
    assert (status, code) == (400, "ValidationException") and "at 'layers' failed to satisfy constraint" in message
    assert "Layers" not in lambda_client.get_function_configuration(FunctionName=name)


def test_what_was_deleted_goes_on_in_functions_also_after_a_restart(tmp_path, name, layer_name):
    data = tmp_path / "data"
    with Server(data) as server:
        client = client_factory(server)("lambda")
        content = {"ZipFile": zipped({"python/one.py": module("one")})}
        other = {"ZipFile": zipped({"python/two.py": module("two")})}
        arns = [client.publish_layer_version(LayerName=layer_name, Content=content)["LayerVersionArn"],
                client.publish_layer_version(LayerName=layer_name + "-2", Content=other)["LayerVersionArn"]]
        client.publish_layer_version(LayerName=layer_name, Content=other)
        client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Layers=arns,
                               Handler="lambda_function.lambda_handler", Code={"ZipFile": python_function(SEEN)})
        assert client.delete_layer_version(LayerName=layer_name, VersionNumber=1)["ResponseMetadata"][
            "HTTPStatusCode"] == 204
        client.delete_layer_version(LayerName=layer_name, VersionNumber=2)
        client.delete_layer_version(LayerName=layer_name, VersionNumber=2)
        assert client.list_layer_versions(LayerName=layer_name)["LayerVersions"] == []
        assert refusal(client.get_layer_version, LayerName=layer_name, VersionNumber=1)[0] == 404
        assert refusal(client.delete_layer_version, LayerName=layer_name, VersionNumber=0)[:2] == (
            400, "InvalidParameterValueException")
    with Server(data) as server:
        client = client_factory(server)("lambda")
        configuration = client.get_function_configuration(FunctionName=name)
        assert [layer["Arn"] for layer in configuration["Layers"]] == arns
        answer = client.invoke(FunctionName=name, Payload=b'{"modules": ["one", "two"]}')
        answer = json.load(answer["Payload"])
        assert (answer["one"], answer["two"]) == ("one", "two")
        assert client.publish_layer_version(LayerName=layer_name, Content=content)["Version"] == 3
        request = urllib.request.Request(server.url + "/_boda/reset", method="POST")
        removed = json.load(urllib.request.urlopen(request, timeout=60))
        assert removed["layerVersions"] == 2 and removed["codePackages"] == 3
        assert client.list_layers()["Layers"] == []
        assert client.publish_layer_version(LayerName=layer_name, Content=content)["Version"] == 1


def test_plain_processes_find_layers_too(tmp_path, name, layer_name):
    with Server(tmp_path / "data", "--plain-processes") as server:
        client = client_factory(server)("lambda")
        files = {"python/one.py": module("one"), "bin/tool": "#!/bin/sh\necho hi\n", "wrapper": WRAPPER,
                 "nodejs/node_modules/common/index.js": "exports.name = 'common';"}
        modes = {"bin/tool": EXECUTABLE, "wrapper": EXECUTABLE}
        arn = client.publish_layer_version(LayerName=layer_name, Content={"ZipFile": zipped(files, modes)})[
            "LayerVersionArn"]
        client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Layers=[arn],
                               Handler="lambda_function.lambda_handler", Code={"ZipFile": python_function(SEEN)},
                               Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/opt/wrapper"}})
        event = json.dumps({"modules": ["one"], "commands": ["tool"]})
        answer = json.load(client.invoke(FunctionName=name, Payload=event)["Payload"])
        assert (answer["one"], answer["tool"], answer["set"]) == ("one", "hi\n", "yes")
        client.create_function(FunctionName=name + "-node", Runtime="nodejs22.x", Role=ROLE, Layers=[arn],
                               Handler="index.handler", Code={"ZipFile": zipped({"index.mjs": NODE_MODULE})})
        answer = json.load(client.invoke(FunctionName=name + "-node", Payload=b"{}")["Payload"])
        assert answer[0] == "common"


def test_a_library_of_a_layer_is_found(lambda_client, create, invoke, name):
    library = next(Path("/lib").glob("*-linux-gnu/libm.so.6")).read_bytes()
    layer = lambda_client.publish_layer_version(LayerName=name, Content={"ZipFile": zipped({"lib/libfromlayer.so": library})})
    source = "import ctypes\ndef lambda_handler(event, context):\n    return ctypes.CDLL('libfromlayer.so')._name\n"
    create(name, python_function(source), Layers=[layer["LayerVersionArn"]])
    assert invoke(name)[0] == "libfromlayer.so"
