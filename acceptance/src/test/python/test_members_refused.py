"""Members of requests about functions that have no effect: each is refused by its name, and nothing has happened."""

import pytest
from members import CAPACITY, ONE, Members, World
from test_versions import refused

MEMBERS = Members()
CREATED, UPDATED = "CreateFunction.", "UpdateFunctionConfiguration."
FILES = {"Arn": "arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-01234567890123456",
         "LocalMountPath": "/mnt/files"}
KEY = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000000"
RUNTIME = {"RuntimeArn": "arn:aws:lambda:us-east-1::runtime:" + "0" * 64, "RuntimeAlias": "mine"}
PROVIDER = {"CapacityProviderArn": "arn:aws:lambda:us-east-1:000000000000:capacity-provider:mine"}


@pytest.fixture(scope="module")
def world(clients):
    with World(clients, "eu-central-1") as world:
        yield world


@pytest.mark.parametrize("path", MEMBERS)
def test_it_is_refused_by_name(path, world):
    MEMBERS.has_its_effect(world, path)


def refused_by_both(member, value, named=None, but=()):
    """Refused by name, and nothing has happened then."""
    def effect(world, operation):
        said = named or member.split(".")[0]
        if operation == "CreateFunction":
            request = world.request(**value)
            world.is_refused_by_name(said, world.call.create_function, **request)
            refused("ResourceNotFoundException", world.call.get_function, FunctionName=request["FunctionName"])
        else:
            before = world.shown(world.function)
            world.is_refused_by_name(
                said, world.call.update_function_configuration, FunctionName=world.function, **value)
            assert world.shown(world.function)["RevisionId"] == before["RevisionId"]

    MEMBERS.sets(*(operation + member for operation in (CREATED, UPDATED) if operation not in but))(effect)


for member, value in {
    "VpcConfig": {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
    "VpcConfig.SubnetIds": {"VpcConfig": {"SubnetIds": ["subnet-1"]}},
    "VpcConfig.SecurityGroupIds": {"VpcConfig": {"SecurityGroupIds": ["sg-1"]}},
    "VpcConfig.Ipv6AllowedForDualStack": {"VpcConfig": {"Ipv6AllowedForDualStack": True}},
    "DeadLetterConfig": {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"}},
    "DeadLetterConfig.TargetArn": {"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:000000000000:dead"}},
    "FileSystemConfigs": {"FileSystemConfigs": [FILES]},
    "FileSystemConfigs.Arn": {"FileSystemConfigs": [FILES]},
    "FileSystemConfigs.LocalMountPath": {"FileSystemConfigs": [FILES]},
    "FileSystemConfigs.S3FilesConfig": {"FileSystemConfigs": [{**FILES, "S3FilesConfig": {}}]},
    "FileSystemConfigs.S3FilesConfig.DirectS3Read": {
        "FileSystemConfigs": [{**FILES, "S3FilesConfig": {"DirectS3Read": "AUTO"}}]},
    "ImageConfig": {"ImageConfig": {"Command": ["run"]}},
    "ImageConfig.EntryPoint": {"ImageConfig": {"EntryPoint": ["run"]}},
    "ImageConfig.Command": {"ImageConfig": {"Command": ["run"]}},
    "ImageConfig.WorkingDirectory": {"ImageConfig": {"WorkingDirectory": "/"}},
    "SnapStart": {"SnapStart": {"ApplyOn": "PublishedVersions"}},
    "SnapStart.ApplyOn": {"SnapStart": {"ApplyOn": "PublishedVersions"}},
    "CapacityProviderConfig": {"CapacityProviderConfig": {CAPACITY: PROVIDER}},
    f"CapacityProviderConfig.{CAPACITY}": {"CapacityProviderConfig": {CAPACITY: PROVIDER}},
    f"CapacityProviderConfig.{CAPACITY}.CapacityProviderArn": {"CapacityProviderConfig": {CAPACITY: PROVIDER}},
    f"CapacityProviderConfig.{CAPACITY}.PerExecutionEnvironmentMaxConcurrency": {
        "CapacityProviderConfig": {CAPACITY: {**PROVIDER, "PerExecutionEnvironmentMaxConcurrency": 2}}},
    f"CapacityProviderConfig.{CAPACITY}.ExecutionEnvironmentMemoryGiBPerVCpu": {
        "CapacityProviderConfig": {CAPACITY: {**PROVIDER, "ExecutionEnvironmentMemoryGiBPerVCpu": 2.0}}},
    "DurableConfig": {"DurableConfig": {}},
    "DurableConfig.KMSKeyArn": {"DurableConfig": {"KMSKeyArn": KEY}},
    "DurableConfig.RetentionPeriodInDays": {"DurableConfig": {"RetentionPeriodInDays": 1}},
    "DurableConfig.ExecutionTimeout": {"DurableConfig": {"ExecutionTimeout": 60}},
    "RuntimeConfig": {"RuntimeConfig": RUNTIME},
    "RuntimeConfig.RuntimeArn": {"RuntimeConfig": RUNTIME},
    "RuntimeConfig.RuntimeAlias": {"RuntimeConfig": RUNTIME},
    "AcceleratorConfig": {"AcceleratorConfig": {"AcceleratorMemorySize": 1}},
    "AcceleratorConfig.AcceleratorMemorySize": {"AcceleratorConfig": {"AcceleratorMemorySize": 1}},
}.items():
    refused_by_both(member, value)
for member, value, named in (
        ("PackageType", {"PackageType": "Image"}, "PackageType Image"),
        ("PublishTo", {"PublishTo": "LATEST_PUBLISHED"}, None),
        ("TenancyConfig", {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}, None),
        ("TenancyConfig.TenantIsolationMode", {"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}, None)):
    refused_by_both(member, value, named, but=[UPDATED])


# Of CreateFunction in its Code.
for member, value in {
        "S3Bucket": "bucket", "S3Key": "key", "S3ObjectVersion": "1", "S3ObjectStorageMode": "REFERENCE",
        "ImageUri": "000000000000.dkr.ecr.us-east-1.amazonaws.com/mine:1", "SourceKMSKeyArn": KEY}.items():
    def effect(world, operation, member=member, value=value):
        if operation == "CreateFunction":
            request = world.request(Code={member: value})
            world.is_refused_by_name(member, world.call.create_function, **request)
            refused("ResourceNotFoundException", world.call.get_function, FunctionName=request["FunctionName"])
        else:
            before = world.shown(world.function)
            world.is_refused_by_name(
                member, world.call.update_function_code, FunctionName=world.function, **{member: value})
            assert world.shown(world.function)["RevisionId"] == before["RevisionId"]

    MEMBERS.sets(f"CreateFunction.Code.{member}", f"UpdateFunctionCode.{member}")(effect)


@MEMBERS.sets("UpdateFunctionCode.PublishTo")
def _(world, _):
    world.is_refused_by_name("PublishTo", world.call.update_function_code, FunctionName=world.function, ZipFile=ONE,
                             PublishTo="LATEST_PUBLISHED")


NOTHING = {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}, "DeadLetterConfig": {}, "FileSystemConfigs": [],
           "ImageConfig": {}, "SnapStart": {"ApplyOn": "None"}, "Layers": [], "KMSKeyArn": "", "LoggingConfig": {}}


@pytest.mark.parametrize("operation", ["CreateFunction", "UpdateFunctionConfiguration"])
def test_what_asks_for_nothing_is_accepted(world, operation):
    """As tools send it that always send every member."""
    assert world.run(world.configured(operation, **NOTHING))["said"] == "one"
    assert world.make(PackageType="Zip", Publish=False)
