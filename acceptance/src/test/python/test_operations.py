"""Every operation of Lambda that works, once as it should and once refused, with the statuses of AWS's model."""

import pytest
from botocore.exceptions import ClientError
from members import ONE, TWO, World
from test_members import working

PUBLISHERS = {"SigningProfileVersionArns": ["arn:aws:signer:us-east-1:000000000000:/signing-profiles/mine"]}
PERMISSION = {"StatementId": "s1", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
LAYER_PERMISSION = {"StatementId": "s1", "Action": "lambda:GetLayerVersion", "Principal": "222222222222"}
MISSING, INVALID = "ResourceNotFoundException", "InvalidParameterValueException"
NO_SIGNING = {"CodeSigningConfigArn":
              "arn:aws:lambda:eu-north-1:000000000000:code-signing-config:csc-01234567890abcdef"}
NOBODY = {"FunctionName": "none"}
FUNCTION = {"FunctionName", "FunctionArn", "Runtime", "Role", "Handler", "CodeSize", "Description", "Timeout",
            "MemorySize", "LastModified", "CodeSha256", "Version", "TracingConfig", "RevisionId", "State",
            "PackageType", "Architectures", "EphemeralStorage", "SnapStart", "RuntimeVersionConfig", "LoggingConfig"}
CREATING = FUNCTION | {"StateReason", "StateReasonCode"}
SETTLED = FUNCTION | {"LastUpdateStatus"}
UPDATING = SETTLED | {"LastUpdateStatusReason", "LastUpdateStatusReasonCode"}
ALIAS = {"AliasArn", "Name", "FunctionVersion", "Description", "RevisionId"}
LAYER = {"Content", "LayerArn", "LayerVersionArn", "Description", "CreatedDate", "Version"}
EVENTS = {"LastModified", "FunctionArn", "MaximumRetryAttempts", "DestinationConfig"}
PROVISIONED = {"RequestedProvisionedConcurrentExecutions", "AvailableProvisionedConcurrentExecutions",
               "AllocatedProvisionedConcurrentExecutions", "Status", "LastModified"}
URL = {"FunctionUrl", "FunctionArn", "AuthType", "CreationTime"}
URL_LATER = URL | {"LastModifiedTime"}


class Things(World):
    """What the calls are about."""

    def of(self):
        """A new function with version 1."""
        return {"FunctionName": self.make(Publish=True)}

    def latest(self):
        return {"FunctionName": self.make()}

    def throwaway(self):
        name = self.make()
        self.made.remove(name)
        return name

    def qualified(self):
        return {**self.of(), "Qualifier": "1"}

    def alias(self):
        alias = {**self.of(), "Name": "live"}
        self.call.create_alias(**alias, FunctionVersion="1")
        return alias

    def layer(self):
        name = self.name()
        self.call.publish_layer_version(LayerName=name, Content={"ZipFile": ONE})
        return {"LayerName": name, "VersionNumber": 1}

    def signing(self):
        made = self.call.create_code_signing_config(AllowedPublishers=PUBLISHERS)["CodeSigningConfig"]
        return {"CodeSigningConfigArn": made["CodeSigningConfigArn"]}

    def signed(self):
        function = self.of()
        self.call.put_function_code_signing_config(**function, **self.signing())
        return function

    def reserved(self):
        function = self.of()
        self.call.put_function_concurrency(**function, ReservedConcurrentExecutions=1)
        return function

    def provisioned(self):
        version = self.qualified()
        self.call.put_provisioned_concurrency_config(**version, ProvisionedConcurrentExecutions=1)
        return version

    def configured_events(self):
        version = self.qualified()
        self.call.put_function_event_invoke_config(**version, MaximumRetryAttempts=1)
        return version

    def called(self):
        """One with a URL."""
        function = self.latest()
        self.call.create_function_url_config(**function, AuthType="NONE")
        return function

    def permitted(self):
        function = self.of()
        self.call.add_permission(**function, **PERMISSION)
        return function

    def permitted_layer(self):
        layer = self.layer()
        self.call.add_layer_version_permission(**layer, **LAYER_PERMISSION)
        return layer

    def layer_arn(self, version):
        return {"Arn": f"{self.arn}layer:{self.layer()['LayerName']}:{version}"}

    def resource(self, name=None):
        return {"Resource": f"{self.arn}function:{name or self.make()}"}

    def no_layer(self):
        return {**self.layer(), "VersionNumber": 9}


# Operation → what makes its members, the members of its answer; what makes those that are refused, and how.
CALLS = {
    "AddLayerVersionPermission": (lambda it: {**it.layer(), **LAYER_PERMISSION}, {"Statement", "RevisionId"},
                                  lambda it: {**it.no_layer(), **LAYER_PERMISSION}, MISSING),
    "AddPermission": (lambda it: {**it.of(), **PERMISSION}, {"Statement"},
                      lambda it: {**it.permitted(), **PERMISSION}, "ResourceConflictException"),
    "CreateAlias": (lambda it: {**it.of(), "Name": "live", "FunctionVersion": "1"}, ALIAS,
                    lambda it: {**it.alias(), "FunctionVersion": "1"}, "ResourceConflictException"),
    "CreateCodeSigningConfig": (lambda it: {"AllowedPublishers": PUBLISHERS}, {"CodeSigningConfig"},
                                lambda it: {"AllowedPublishers": PUBLISHERS,
                                            "Tags": {f"key{i}": "" for i in range(51)}}, INVALID),
    "CreateFunction": (lambda it: it.request(), CREATING,
                       lambda it: {**it.request(), **it.of()}, "ResourceConflictException"),
    "CreateFunctionUrlConfig": (lambda it: {**it.latest(), "AuthType": "NONE"}, URL,
                                lambda it: {**it.called(), "AuthType": "NONE"}, "ResourceConflictException"),
    "DeleteAlias": (lambda it: it.alias(), set(), lambda it: {**NOBODY, "Name": "live"}, MISSING),
    "DeleteCodeSigningConfig": (lambda it: it.signing(), set(), lambda it: NO_SIGNING, MISSING),
    "DeleteFunction": (lambda it: {"FunctionName": it.throwaway()}, {"StatusCode"}, lambda it: NOBODY, MISSING),
    "DeleteFunctionCodeSigningConfig": (lambda it: it.signed(), set(), lambda it: NOBODY, MISSING),
    "DeleteFunctionConcurrency": (lambda it: it.reserved(), set(), lambda it: NOBODY, MISSING),
    "DeleteFunctionEventInvokeConfig": (lambda it: it.configured_events(), set(), lambda it: it.qualified(), MISSING),
    "DeleteFunctionUrlConfig": (lambda it: it.called(), set(), lambda it: it.latest(), MISSING),
    "DeleteLayerVersion": (lambda it: it.layer(), set(), lambda it: {**it.layer(), "VersionNumber": 0}, INVALID),
    "DeleteProvisionedConcurrencyConfig": (lambda it: it.provisioned(), set(),
                                           lambda it: {**NOBODY, "Qualifier": "1"}, MISSING),
    "GetAlias": (lambda it: it.alias(), ALIAS, lambda it: {**it.of(), "Name": "none"}, MISSING),
    "GetCodeSigningConfig": (lambda it: it.signing(), {"CodeSigningConfig"}, lambda it: NO_SIGNING, MISSING),
    "GetFunction": (lambda it: it.of(), {"Configuration", "Code"}, lambda it: NOBODY, MISSING),
    "GetFunctionCodeSigningConfig": (lambda it: it.signed(), {"CodeSigningConfigArn", "FunctionName"},
                                     lambda it: NOBODY, MISSING),
    "GetFunctionConcurrency": (lambda it: it.reserved(), {"ReservedConcurrentExecutions"}, lambda it: NOBODY, MISSING),
    "GetFunctionConfiguration": (lambda it: it.of(), SETTLED, lambda it: NOBODY, MISSING),
    "GetFunctionEventInvokeConfig": (lambda it: it.configured_events(), EVENTS, lambda it: it.qualified(), MISSING),
    "GetFunctionRecursionConfig": (lambda it: it.of(), {"RecursiveLoop"}, lambda it: NOBODY, MISSING),
    "GetFunctionUrlConfig": (lambda it: it.called(), URL_LATER | {"InvokeMode"}, lambda it: it.latest(), MISSING),
    "GetLayerVersion": (lambda it: it.layer(), LAYER, lambda it: it.no_layer(), MISSING),
    "GetLayerVersionByArn": (lambda it: it.layer_arn(1), LAYER, lambda it: it.layer_arn(9), MISSING),
    "GetLayerVersionPolicy": (lambda it: it.permitted_layer(), {"Policy", "RevisionId"},
                              lambda it: it.layer(), MISSING),
    "GetPolicy": (lambda it: it.permitted(), {"Policy", "RevisionId"}, lambda it: it.of(), MISSING),
    "GetProvisionedConcurrencyConfig": (lambda it: it.provisioned(), PROVISIONED, lambda it: it.qualified(),
                                        "ProvisionedConcurrencyConfigNotFoundException"),
    "GetRuntimeManagementConfig": (lambda it: it.of(), {"UpdateRuntimeOn", "FunctionArn"}, lambda it: NOBODY, MISSING),
    "Invoke": (lambda it: it.of(), {"StatusCode", "Payload", "ExecutedVersion"}, lambda it: NOBODY, MISSING),
    "InvokeAsync": (lambda it: {**it.of(), "InvokeArgs": b"{}"}, {"Status"},
                    lambda it: {**NOBODY, "InvokeArgs": b"{}"}, MISSING),
    "InvokeWithResponseStream": (lambda it: it.of(), {"StatusCode", "ExecutedVersion", "EventStream",
                                                      "ResponseStreamContentType"}, lambda it: NOBODY, MISSING),
    "ListAliases": (lambda it: it.of(), {"Aliases"}, lambda it: NOBODY, MISSING),
    "ListCodeSigningConfigs": (lambda it: {}, {"CodeSigningConfigs"}, lambda it: {"Marker": "none"}, INVALID),
    "ListFunctionEventInvokeConfigs": (lambda it: it.of(), {"FunctionEventInvokeConfigs"}, lambda it: NOBODY, MISSING),
    "ListFunctionUrlConfigs": (lambda it: it.called(), {"FunctionUrlConfigs"}, lambda it: NOBODY, MISSING),
    "ListFunctions": (lambda it: {"MasterRegion": "us-west-2", "FunctionVersion": "ALL"}, {"Functions"},
                      lambda it: {"Marker": "none"}, INVALID),
    "ListFunctionsByCodeSigningConfig": (lambda it: it.signing(), {"FunctionArns"}, lambda it: NO_SIGNING, MISSING),
    "ListLayerVersions": (lambda it: {"LayerName": "none"}, {"LayerVersions"},
                          lambda it: {"LayerName": "none", "Marker": "none"}, INVALID),
    "ListLayers": (lambda it: {}, {"Layers"}, lambda it: {"Marker": "none"}, INVALID),
    "ListProvisionedConcurrencyConfigs": (lambda it: it.of(), {"ProvisionedConcurrencyConfigs"},
                                          lambda it: NOBODY, MISSING),
    "ListTags": (lambda it: it.resource(), {"Tags"}, lambda it: it.resource("none"), MISSING),
    "ListVersionsByFunction": (lambda it: it.of(), {"Versions"}, lambda it: NOBODY, MISSING),
    "PublishLayerVersion": (lambda it: {"LayerName": it.name(), "Content": {"ZipFile": ONE}}, LAYER,
                            lambda it: {"LayerName": it.name(), "Content": {"ZipFile": b"no zip"}}, INVALID),
    "PublishVersion": (lambda it: it.latest(), SETTLED, lambda it: NOBODY, MISSING),
    "PutFunctionCodeSigningConfig": (lambda it: {**it.of(), **it.signing()}, {"CodeSigningConfigArn", "FunctionName"},
                                     lambda it: {**it.of(), **NO_SIGNING}, "CodeSigningConfigNotFoundException"),
    "PutFunctionConcurrency": (lambda it: {**it.of(), "ReservedConcurrentExecutions": 1},
                               {"ReservedConcurrentExecutions"},
                               lambda it: {**it.of(), "ReservedConcurrentExecutions": 1_001}, INVALID),
    "PutFunctionEventInvokeConfig": (lambda it: {**it.of(), "MaximumRetryAttempts": 0}, EVENTS, lambda it: it.of(),
                                     INVALID),
    "PutFunctionRecursionConfig": (lambda it: {**it.of(), "RecursiveLoop": "Allow"}, {"RecursiveLoop"},
                                   lambda it: {**NOBODY, "RecursiveLoop": "Allow"}, MISSING),
    "PutProvisionedConcurrencyConfig": (lambda it: {**it.qualified(), "ProvisionedConcurrentExecutions": 1},
                                        PROVISIONED,
                                        lambda it: {**it.of(), "Qualifier": "9", "ProvisionedConcurrentExecutions": 1},
                                        MISSING),
    "PutRuntimeManagementConfig": (lambda it: {**it.of(), "UpdateRuntimeOn": "Auto"},
                                   {"UpdateRuntimeOn", "FunctionArn"},
                                   lambda it: {**it.of(), "UpdateRuntimeOn": "Manual"}, INVALID),
    "RemoveLayerVersionPermission": (lambda it: {**it.permitted_layer(), "StatementId": "s1"}, set(),
                                     lambda it: {**it.permitted_layer(), "StatementId": "s2"}, MISSING),
    "RemovePermission": (lambda it: {**it.permitted(), "StatementId": "s1"}, set(),
                         lambda it: {**it.permitted(), "StatementId": "s2"}, MISSING),
    "TagResource": (lambda it: {**it.resource(), "Tags": {"a": "b"}}, set(),
                    lambda it: {**it.resource(), "Tags": {}}, INVALID),
    "UntagResource": (lambda it: {**it.resource(), "TagKeys": ["a"]}, set(),
                      lambda it: {**it.resource("none"), "TagKeys": ["a"]}, MISSING),
    "UpdateAlias": (lambda it: it.alias(), ALIAS, lambda it: {**it.of(), "Name": "none"}, MISSING),
    "UpdateCodeSigningConfig": (lambda it: {**it.signing(), "Description": "mine"}, {"CodeSigningConfig"},
                                lambda it: NO_SIGNING, MISSING),
    "UpdateFunctionCode": (lambda it: {**it.of(), "ZipFile": TWO}, UPDATING, lambda it: {**NOBODY, "ZipFile": TWO},
                           MISSING),
    "UpdateFunctionConfiguration": (lambda it: it.of(), UPDATING, lambda it: NOBODY, MISSING),
    "UpdateFunctionEventInvokeConfig": (lambda it: {**it.configured_events(), "MaximumRetryAttempts": 2}, EVENTS,
                                        lambda it: {**it.of(), "MaximumRetryAttempts": 2}, MISSING),
    "UpdateFunctionUrlConfig": (lambda it: {**it.called(), "AuthType": "AWS_IAM"}, URL_LATER,
                                lambda it: {**it.latest(), "AuthType": "AWS_IAM"}, MISSING),
}


@pytest.fixture(scope="module")
def things(clients):
    with Things(clients, "eu-north-1") as things:
        yield things


def method(things, operation):
    names = things.call.meta.method_to_api_mapping
    return getattr(things.call, next(name for name, api in names.items() if api == operation))


def test_every_operation_that_works_is_called():
    assert CALLS.keys() | {"GetAccountSettings"} == working()


@pytest.mark.parametrize("operation", CALLS)
def test_it_works(things, operation):
    members, expected, _, _ = CALLS[operation]
    answer = method(things, operation)(**members(things))
    status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
    model = things.call.meta.service_model.operation_model(operation)
    # DeleteFunction says in its answer which of two it is.
    assert status == answer.get("StatusCode", model.http["responseCode"])
    assert answer.keys() == expected


@pytest.mark.parametrize("operation", CALLS)
def test_it_is_refused(things, operation):
    _, _, members, code = CALLS[operation]
    with pytest.raises(ClientError) as refusal:
        method(things, operation)(**members(things))
    answer = refusal.value.response
    assert answer["Error"]["Code"] == code
    modelled = {shape.name: shape for shape in things.call.meta.service_model.operation_model(operation).error_shapes}
    status = modelled[code].metadata["error"]["httpStatusCode"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status


def test_an_account_has_limits_and_uses_some_of_them(clients, things):
    client = clients("lambda", region_name="eu-south-1")

    def settings():
        answer = client.get_account_settings()
        return answer["AccountLimit"], answer["AccountUsage"]

    limit, usage = settings()
    assert limit == {"TotalCodeSize": 75 << 30, "CodeSizeUnzipped": 262_144_000, "CodeSizeZipped": 52_428_800,
                     "ConcurrentExecutions": 1_000, "UnreservedConcurrentExecutions": 1_000}
    assert usage == {"TotalCodeSize": 0, "FunctionCount": 0}
    with Things(clients, "eu-south-1") as there:
        function = there.reserved()
        there.upload(function["FunctionName"], TWO)
        assert settings() == ({**limit, "UnreservedConcurrentExecutions": 999},
                              {"TotalCodeSize": len(ONE) + len(TWO), "FunctionCount": 1})
    assert settings() == (limit, {"TotalCodeSize": 0, "FunctionCount": 0})
    refused = clients("lambda", signature_version="v4")
    refused._request_signer._credentials.secret_key = "wrong"
    with pytest.raises(ClientError) as refusal:
        refused.get_account_settings()
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
