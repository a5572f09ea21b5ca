"""Every member of the requests about layers, tags and code signing configs."""

import json

import pytest
from boda import zipped
from members import ONE, STALE, Members, World, pages
from test_versions import refused

MEMBERS = Members()
MISSING = "ResourceNotFoundException"
PERMISSION = {"StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "222222222222"}
PUBLISHERS = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/mine"]}
OTHERS = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/other"]}


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "eu-west-3") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_its_effect(path, world):
    MEMBERS.has_its_effect(world, path)


def layer(world, name=None, **members):
    """A published version, as requests name it."""
    answer = world.call.publish_layer_version(
        LayerName=name or world.name(), Content={"ZipFile": zipped({"file": "there"})}, **members)
    return {"LayerName": answer["LayerArn"].rsplit(":", 1)[1], "VersionNumber": answer["Version"]}


@MEMBERS.sets("PublishLayerVersion.LayerName", "PublishLayerVersion.Content", "PublishLayerVersion.Content.ZipFile",
              "GetLayerVersion.LayerName", "GetLayerVersion.VersionNumber", "GetLayerVersionByArn.Arn")
def _(world, _):
    """What is in it is seen by a function."""
    first = layer(world)
    second = layer(world, first["LayerName"])
    assert world.call.get_layer_version(**first)["Version"] == 1
    got = world.call.get_layer_version(**second)
    assert got["Version"] == world.call.get_layer_version_by_arn(Arn=got["LayerVersionArn"])["Version"] == 2
    name = world.make(Layers=[got["LayerVersionArn"]])
    assert world.run(name, {"files": ["/opt/file"]})["files"] == ["/opt/file"]
    refused(MISSING, world.call.get_layer_version, **{**first, "VersionNumber": 9})
    refused(MISSING, world.call.get_layer_version_by_arn, Arn=got["LayerArn"] + ":9")


DESCRIBED = {"Description": "mine", "LicenseInfo": "MIT", "CompatibleRuntimes": ["python3.12"],
             "CompatibleArchitectures": ["arm64"]}
for member, value in DESCRIBED.items():
    @MEMBERS.sets("PublishLayerVersion." + member)
    def _(world, _, member=member, value=value):
        got = world.call.get_layer_version(**layer(world, **{member: value}))
        assert {key: got[key] for key in DESCRIBED if key in got} == {"Description": "", member: value}


for member, value in {"S3Bucket": "bucket", "S3Key": "key", "S3ObjectVersion": "1",
                      "S3ObjectStorageMode": "REFERENCE"}.items():
    @MEMBERS.sets(f"PublishLayerVersion.Content.{member}")
    def _(world, _, member=member, value=value):
        name = world.name()
        world.is_refused_by_name(member, world.call.publish_layer_version, LayerName=name, Content={member: value})
        assert world.call.list_layer_versions(LayerName=name)["LayerVersions"] == []


@MEMBERS.sets("DeleteLayerVersion.LayerName", "DeleteLayerVersion.VersionNumber")
def _(world, _):
    first = layer(world)
    second = layer(world, first["LayerName"])
    world.call.delete_layer_version(**first)
    refused(MISSING, world.call.get_layer_version, **first)
    assert world.call.get_layer_version(**second)["Version"] == 2


@MEMBERS.sets(*("ListLayerVersions." + member for member in (
    "LayerName", "CompatibleRuntime", "CompatibleArchitecture", "Marker", "MaxItems")))
def _(world, _):
    first = layer(world, CompatibleRuntimes=["python3.12"], CompatibleArchitectures=["arm64"])
    name = {"LayerName": layer(world, first["LayerName"], CompatibleRuntimes=["nodejs22.x"])["LayerName"]}

    def versions(**members):
        return [each["Version"] for each in world.call.list_layer_versions(**name, **members)["LayerVersions"]]

    assert versions() == [2, 1]
    assert versions(CompatibleRuntime="nodejs22.x") == [2]
    assert versions(CompatibleArchitecture="arm64") == [1]
    pages(world.call.list_layer_versions, "LayerVersions", **name)


@MEMBERS.sets(*("ListLayers." + member for member in (
    "CompatibleRuntime", "CompatibleArchitecture", "Marker", "MaxItems")))
def _(world, _):
    first = layer(world, CompatibleRuntimes=["python3.13"], CompatibleArchitectures=["x86_64"])["LayerName"]
    other = layer(world, CompatibleRuntimes=["nodejs24.x"])["LayerName"]

    def names(**members):
        return [each["LayerName"] for each in world.call.list_layers(**members)["Layers"]]

    assert {first, other} <= set(names())
    assert other in names(CompatibleRuntime="nodejs24.x") and first not in names(CompatibleRuntime="nodejs24.x")
    assert first in names(CompatibleArchitecture="x86_64") and other not in names(CompatibleArchitecture="x86_64")
    pages(world.call.list_layers, "Layers")


@MEMBERS.sets(*(operation + "." + member for operation in (
    "AddLayerVersionPermission", "RemoveLayerVersionPermission", "GetLayerVersionPolicy")
    for member in ("LayerName", "VersionNumber")),
    *("AddLayerVersionPermission." + member for member in ("StatementId", "Action", "Principal")),
    "RemoveLayerVersionPermission.StatementId")
def _(world, _):
    first = layer(world)
    second = layer(world, first["LayerName"])
    arn = world.call.get_layer_version(**first)["LayerVersionArn"]
    refused("AccessDeniedException", world.stranger.get_layer_version_by_arn, Arn=arn)
    world.call.add_layer_version_permission(**first, **PERMISSION)
    assert world.stranger.get_layer_version_by_arn(Arn=arn)["Version"] == 1
    refused("AccessDeniedException", world.stranger.get_layer_version_by_arn, Arn=arn[:-1] + "2")
    statement, = json.loads(world.call.get_layer_version_policy(**first)["Policy"])["Statement"]
    assert statement == {"Sid": "s1", "Effect": "Allow", "Action": "lambda:GetLayerVersion", "Resource": arn,
                         "Principal": {"AWS": "arn:aws:iam::222222222222:root"}}
    refused(MISSING, world.call.get_layer_version_policy, **second)
    refused("ValidationException", world.call.add_layer_version_permission, **second,
            **{**PERMISSION, "Action": "lambda:GetFunction"})
    refused(MISSING, world.call.remove_layer_version_permission, **first, StatementId="none")
    world.call.remove_layer_version_permission(**first, StatementId="s1")
    refused("AccessDeniedException", world.stranger.get_layer_version_by_arn, Arn=arn)


@MEMBERS.sets("AddLayerVersionPermission.OrganizationId")
def _(world, _):
    which = layer(world)
    world.call.add_layer_version_permission(
        **which, **{**PERMISSION, "Principal": "*"}, OrganizationId="o-1234567890")
    statement, = json.loads(world.call.get_layer_version_policy(**which)["Policy"])["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    refused("AccessDeniedException", world.stranger.get_layer_version_by_arn,
            Arn=world.call.get_layer_version(**which)["LayerVersionArn"])


@MEMBERS.sets("AddLayerVersionPermission.RevisionId", "RemoveLayerVersionPermission.RevisionId")
def _(world, _):
    which = layer(world)
    add, remove = world.call.add_layer_version_permission, world.call.remove_layer_version_permission
    now = add(**which, **PERMISSION)["RevisionId"]
    second = {**PERMISSION, "StatementId": "s2"}
    refused("PreconditionFailedException", add, **which, **second, RevisionId=STALE)
    now = add(**which, **second, RevisionId=now)["RevisionId"]
    refused("PreconditionFailedException", remove, **which, StatementId="s1", RevisionId=STALE)
    remove(**which, StatementId="s1", RevisionId=now)
    statements = json.loads(world.call.get_layer_version_policy(**which)["Policy"])["Statement"]
    assert [each["Sid"] for each in statements] == ["s2"]


@MEMBERS.sets("TagResource.Resource", "TagResource.Tags", "ListTags.Resource", "UntagResource.Resource",
              "UntagResource.TagKeys")
def _(world, _):
    arn = f"{world.arn}function:{world.make()}"
    world.call.tag_resource(Resource=arn, Tags={"a": "b", "c": "d"})
    assert world.call.list_tags(Resource=arn)["Tags"] == {"a": "b", "c": "d"}
    world.call.untag_resource(Resource=arn, TagKeys=["a"])
    assert world.call.list_tags(Resource=arn)["Tags"] == {"c": "d"}
    refused(MISSING, world.call.list_tags, Resource=arn + "x")


def signing(world, **members):
    return world.call.create_code_signing_config(**{"AllowedPublishers": PUBLISHERS, **members})["CodeSigningConfig"]


@MEMBERS.sets("CreateCodeSigningConfig.Description", "CreateCodeSigningConfig.Tags")
def _(world, _):
    assert signing(world, Description="mine")["Description"] == "mine"
    tagged = signing(world, Tags={"a": "b"})["CodeSigningConfigArn"]
    assert world.call.list_tags(Resource=tagged)["Tags"] == {"a": "b"}


@MEMBERS.sets("CreateCodeSigningConfig.AllowedPublishers",
              "CreateCodeSigningConfig.AllowedPublishers.SigningProfileVersionArns",
              "CreateCodeSigningConfig.CodeSigningPolicies",
              "CreateCodeSigningConfig.CodeSigningPolicies.UntrustedArtifactOnDeployment",
              "GetCodeSigningConfig.CodeSigningConfigArn", "DeleteCodeSigningConfig.CodeSigningConfigArn")
def _(world, _):
    plain = signing(world)
    assert world.make(CodeSigningConfigArn=plain["CodeSigningConfigArn"])
    strict = signing(world, CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"})
    arn = {"CodeSigningConfigArn": strict["CodeSigningConfigArn"]}
    assert world.call.get_code_signing_config(**arn)["CodeSigningConfig"] == strict
    assert strict["AllowedPublishers"] == PUBLISHERS
    refused("CodeVerificationFailedException", world.call.create_function, **world.request(**arn))
    world.call.delete_code_signing_config(**arn)
    refused(MISSING, world.call.get_code_signing_config, **arn)


@MEMBERS.sets("UpdateCodeSigningConfig.CodeSigningConfigArn", "UpdateCodeSigningConfig.Description",
              "UpdateCodeSigningConfig.AllowedPublishers",
              "UpdateCodeSigningConfig.AllowedPublishers.SigningProfileVersionArns",
              "UpdateCodeSigningConfig.CodeSigningPolicies",
              "UpdateCodeSigningConfig.CodeSigningPolicies.UntrustedArtifactOnDeployment")
def _(world, _):
    arn = {"CodeSigningConfigArn": signing(world)["CodeSigningConfigArn"]}
    for member, value in {"Description": "mine", "AllowedPublishers": OTHERS,
                          "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"}}.items():
        before = world.call.get_code_signing_config(**arn)["CodeSigningConfig"]
        world.call.update_code_signing_config(**arn, **{member: value})
        after = world.call.get_code_signing_config(**arn)["CodeSigningConfig"]
        assert {**before, member: value, "LastModified": after["LastModified"]} == after != before
    refused("CodeVerificationFailedException", world.call.create_function, **world.request(**arn))


@MEMBERS.sets(*(operation + "FunctionCodeSigningConfig.FunctionName" for operation in ("Put", "Get", "Delete")),
              "PutFunctionCodeSigningConfig.CodeSigningConfigArn",
              *("ListFunctionsByCodeSigningConfig." + member for member in (
                  "CodeSigningConfigArn", "Marker", "MaxItems")))
def _(world, _):
    policy = {"UntrustedArtifactOnDeployment": "Enforce"}
    arn = {"CodeSigningConfigArn": signing(world, CodeSigningPolicies=policy)["CodeSigningConfigArn"]}
    names = [world.make(), world.make()]
    for name in names:
        world.call.put_function_code_signing_config(FunctionName=name, **arn)
        got = world.call.get_function_code_signing_config(FunctionName=name)
        assert (got["CodeSigningConfigArn"], got["FunctionName"]) == (arn["CodeSigningConfigArn"], name)
        refused("CodeVerificationFailedException", world.call.update_function_code, FunctionName=name, ZipFile=ONE)
    pages(world.call.list_functions_by_code_signing_config, "FunctionArns", **arn)
    world.call.delete_function_code_signing_config(FunctionName=names[0])
    world.upload(names[0], ONE)
    assert world.call.list_functions_by_code_signing_config(**arn)["FunctionArns"] == [
        f"{world.arn}function:{names[1]}"]


@MEMBERS.sets("ListCodeSigningConfigs.Marker", "ListCodeSigningConfigs.MaxItems")
def _(world, _):
    signing(world), signing(world)
    pages(world.call.list_code_signing_configs, "CodeSigningConfigs")
