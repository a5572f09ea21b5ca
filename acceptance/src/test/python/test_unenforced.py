"""--accept-unenforced: what has no effect is kept, shown, and said to have none; without it, it is refused by name."""

import json

import pytest
from boda import Server, python_function
from conftest import ROLE, client_factory
from left_behind import eventually
from test_versions import active, refused

PACKAGE = {"ZipFile": python_function("def lambda_handler(event, context): return event\n")}
VPC = {"SubnetIds": ["subnet-0123456789abcdef0"], "SecurityGroupIds": ["sg-0123456789abcdef0"]}
FILES = [{"Arn": "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0",
          "LocalMountPath": "/mnt/files"}]
QUEUE = {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:letters"}
MEMBERS = {"VpcConfig": VPC, "FileSystemConfigs": FILES, "DeadLetterConfig": QUEUE, "SnapStart": {"ApplyOn": "PublishedVersions"}}


@pytest.fixture(scope="module")
def accepting(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("accepting"), "--accept-unenforced") as running:
        yield running


def create(client, name, **members):
    return client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Code=PACKAGE,
                                  Handler="lambda_function.lambda_handler", **members)


@pytest.mark.parametrize("member", MEMBERS)
def test_without_it_each_is_refused_by_name(lambda_client, name, member):
    assert member in refused("InvalidParameterValueException", create, client=lambda_client, name=name,
                             **{member: MEMBERS[member]})


def test_what_was_given_is_shown_and_the_function_runs(accepting):
    client = client_factory(accepting)("lambda")
    create(client, "kept", Publish=True, **MEMBERS)
    active(client, "kept")

    def shown():
        configuration = client.get_function_configuration(FunctionName="kept")
        return {member: configuration.get(member) for member in MEMBERS}

    assert shown() == {
        "VpcConfig": {**VPC, "VpcId": "", "Ipv6AllowedForDualStack": False}, "FileSystemConfigs": FILES,
        "DeadLetterConfig": QUEUE, "SnapStart": {"ApplyOn": "PublishedVersions", "OptimizationStatus": "Off"}}
    assert json.loads(client.invoke(FunctionName="kept", Payload=b"[1]")["Payload"].read()) == [1]
    client.update_function_configuration(
        FunctionName="kept", VpcConfig={"SubnetIds": [], "SecurityGroupIds": []}, FileSystemConfigs=[],
        DeadLetterConfig={"TargetArn": ""}, SnapStart={"ApplyOn": "None"})
    active(client, "kept")
    assert shown() == {"VpcConfig": None, "FileSystemConfigs": None, "DeadLetterConfig": None,
                       "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"}}
    assert client.get_function_configuration(FunctionName="kept", Qualifier="1")["FileSystemConfigs"] == FILES


def test_it_is_said_that_they_have_no_effect(accepting):
    client = client_factory(accepting)("lambda")
    assert any("NO EFFECT (--accept-unenforced)" in line for line in accepting.lines)
    create(client, "said", DeadLetterConfig=QUEUE)
    sentence = "function:said has DeadLetterConfig, which is kept and shown, and has no effect"
    eventually(lambda: not any(sentence in line for line in accepting.lines), "nothing in the server's log")


def test_subnets_come_with_security_groups(accepting):
    client = client_factory(accepting)("lambda")
    assert refused("InvalidParameterValueException", create, client=client, name="half",
                   VpcConfig={"SubnetIds": VPC["SubnetIds"]}) == (
        "SubnetIds and SecurityIds must coexist or be both empty list.")


def test_snap_start_is_for_some_runtimes_only(accepting):
    client = client_factory(accepting)("lambda")
    assert refused("InvalidParameterValueException", client.create_function, FunctionName="early", Runtime="python3.11",
                   Role=ROLE, Code=PACKAGE, Handler="lambda_function.lambda_handler",
                   SnapStart={"ApplyOn": "PublishedVersions"}) == (
        "python3.11 is not supported for SnapStart enabled functions.")


def test_what_could_not_be_shown_is_refused_by_name_with_it_too(accepting):
    files = [{**FILES[0], "S3FilesConfig": {"DirectS3Read": "AUTO"}}]
    assert "S3FilesConfig" in refused("InvalidParameterValueException", create, client=client_factory(accepting)("lambda"),
                                      name="direct", FileSystemConfigs=files)
