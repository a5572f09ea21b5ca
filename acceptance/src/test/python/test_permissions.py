"""Resource-based policies of functions, versions and aliases."""

import json

import pytest
from conftest import client_factory
from test_versions import ARN, made, refused

STALE = ("The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest"
         " Revision Id")

CALLER = {"StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
STATEMENT = {"Sid": "s3", "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "lambda:InvokeFunction"}


@pytest.fixture
def function(lambda_client, name):
    made(lambda_client, name, Publish=True)
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    return name


def policy(client, name, **members):
    answer = client.get_policy(FunctionName=name, **members)
    return json.loads(answer["Policy"]), answer["RevisionId"]


def test_a_policy_grows_and_shrinks_with_its_revision(lambda_client, function):
    before = lambda_client.get_function_configuration(FunctionName=function)["RevisionId"]
    added = lambda_client.add_permission(FunctionName=function, RevisionId=before, **CALLER)
    assert added["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert json.loads(added["Statement"]) == {**STATEMENT, "Resource": ARN + function}
    document, revision = policy(lambda_client, function)
    assert document == {"Version": "2012-10-17", "Id": "default", "Statement": [{**STATEMENT, "Resource": ARN + function}]}
    assert revision == lambda_client.get_function_configuration(FunctionName=function)["RevisionId"] != before
    assert refused("PreconditionFailedException", lambda_client.add_permission, FunctionName=function,
                   RevisionId=before, **{**CALLER, "StatementId": "late"}) == STALE
    assert refused("ResourceConflictException", lambda_client.add_permission, FunctionName=function, **CALLER) == (
        "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing"
        " statement.")
    lambda_client.add_permission(FunctionName=function, **{**CALLER, "StatementId": "second"})
    assert [each["Sid"] for each in policy(lambda_client, function)[0]["Statement"]] == ["s3", "second"]
    assert refused("PreconditionFailedException", lambda_client.remove_permission, FunctionName=function,
                   StatementId="s3", RevisionId=before) == STALE
    lambda_client.remove_permission(FunctionName=function, StatementId="s3")
    assert refused("ResourceNotFoundException", lambda_client.remove_permission, FunctionName=function,
                   StatementId="s3") == "Statement s3 is not found in resource policy."
    lambda_client.remove_permission(FunctionName=function, StatementId="second")
    assert refused("ResourceNotFoundException", lambda_client.get_policy, FunctionName=function) == (
        "The resource you requested does not exist.")
    assert refused("ResourceNotFoundException", lambda_client.remove_permission, FunctionName=function,
                   StatementId="s3") == "No policy is associated with the given resource."


@pytest.mark.parametrize("qualifier", ["1", "live"])
def test_versions_and_aliases_have_policies_of_their_own(lambda_client, function, qualifier):
    added = lambda_client.add_permission(FunctionName=function, Qualifier=qualifier, **CALLER)
    assert json.loads(added["Statement"])["Resource"] == f"{ARN}{function}:{qualifier}"
    document, revision = policy(lambda_client, function, Qualifier=qualifier)
    assert document["Statement"][0]["Resource"] == f"{ARN}{function}:{qualifier}"
    own = (lambda_client.get_alias(FunctionName=function, Name="live") if qualifier == "live"
           else lambda_client.get_function_configuration(FunctionName=function, Qualifier=qualifier))
    assert revision == own["RevisionId"]
    refused("ResourceNotFoundException", lambda_client.get_policy, FunctionName=function)
    lambda_client.remove_permission(FunctionName=f"{function}:{qualifier}", StatementId="s3")
    refused("ResourceNotFoundException", lambda_client.get_policy, FunctionName=function, Qualifier=qualifier)


@pytest.mark.parametrize("members, principal, condition", [
    ({"Principal": "123456789012"}, {"AWS": "arn:aws:iam::123456789012:root"}, None),
    ({"Principal": "arn:aws:iam::123456789012:role/r"}, {"AWS": "arn:aws:iam::123456789012:role/r"}, None),
    ({"Principal": "*", "PrincipalOrgID": "o-1234567890"}, "*", {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}),
    ({"SourceArn": "arn:aws:s3:::bucket"}, {"Service": "s3.amazonaws.com"}, {"ArnLike": {"AWS:SourceArn": "arn:aws:s3:::bucket"}}),
    ({"SourceAccount": "123456789012"}, {"Service": "s3.amazonaws.com"}, {"StringEquals": {"AWS:SourceAccount": "123456789012"}}),
    ({"EventSourceToken": "skill"}, {"Service": "s3.amazonaws.com"}, {"StringEquals": {"lambda:EventSourceToken": "skill"}}),
    ({"Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}, "*",
     {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}),
    ({"Principal": "*", "InvokedViaFunctionUrl": True}, "*", {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}),
])
def test_every_member_is_in_the_statement(lambda_client, function, members, principal, condition):
    added = lambda_client.add_permission(FunctionName=function, **{**CALLER, **members})
    statement = json.loads(added["Statement"])
    assert statement["Principal"] == principal
    assert statement.get("Condition") == condition
    assert policy(lambda_client, function)[0]["Statement"] == [statement]


@pytest.mark.parametrize("members, code, sentence", [
    ({"FunctionName": "none"}, "ResourceNotFoundException", "Function not found: " + ARN + "none"),
    ({"Qualifier": "42"}, "ResourceNotFoundException", "Function not found: {arn}:42"),
    ({"Qualifier": "none"}, "ResourceNotFoundException", "Cannot find alias arn: {arn}:none"),
    ({"Qualifier": "with-$-sign"}, "ResourceNotFoundException", "Function not found: {arn}:with-$-sign"),
    ({"Qualifier": "$LATEST"}, "InvalidParameterValueException", "We currently do not support adding policies for $LATEST."),
    ({"Principal": "nobody"}, "InvalidParameterValueException",
     "The provided principal was invalid. Please check the principal and try again."),
    ({"StatementId": "example.com"}, "ValidationException",
     "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must"
     " satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"),
])
def test_permissions_that_cannot_be(lambda_client, function, members, code, sentence):
    assert refused(code, lambda_client.add_permission, **{"FunctionName": function, **CALLER, **members}) == (
        sentence.format(arn=ARN + function))


def test_a_policy_has_no_more_than_20_kilobytes(lambda_client, function):
    arn = "arn:aws:s3:::" + "b" * 2_000
    for number in range(9):
        lambda_client.add_permission(FunctionName=function, SourceArn=arn, **{**CALLER, "StatementId": f"s{number}"})
    sentence = refused("PolicyLengthExceededException", lambda_client.add_permission, FunctionName=function,
                       SourceArn=arn, **{**CALLER, "StatementId": "more"})
    assert sentence.startswith("The final policy size (2") and sentence.endswith(" is bigger than the limit (20480).")
    assert len(policy(lambda_client, function)[0]["Statement"]) == 9


def test_another_account_needs_a_permission(server, lambda_client, function):
    other = client_factory(server)("lambda", account="222222222222")
    arn = ARN + function

    def denied(action, call, **members):
        assert refused("AccessDeniedException", call, **members) == (
            f"User: arn:aws:iam::222222222222:root is not authorized to perform: lambda:{action} on resource:"
            f" {members['FunctionName']} because no resource-based policy allows the lambda:{action} action")

    denied("InvokeFunction", other.invoke, FunctionName=arn)
    lambda_client.add_permission(
        FunctionName=function, StatementId="other", Action="lambda:InvokeFunction", Principal="222222222222")
    answer = other.invoke(FunctionName=arn)
    assert json.loads(answer["Payload"].read())[2] == arn
    # The policy is the function's: a version has its own.
    denied("InvokeFunction", other.invoke, FunctionName=arn + ":1")
    lambda_client.add_permission(FunctionName=function, Qualifier="1", StatementId="other",
                                 Action="lambda:InvokeFunction", Principal="222222222222")
    assert other.invoke(FunctionName=arn + ":1")["ExecutedVersion"] == "1"
    denied("GetFunction", other.get_function, FunctionName=arn)
    # AWS's pattern lets parts of an ARN be left out: what is not named without a doubt is not another account's to use.
    for part in (arn.replace(":function:", ":"), arn.replace(":function:", ":") + ":$LATEST",
                 f"arn:aws:lambda:000000000000:{function}", f"arn:aws:lambda:000000000000:function:{function}",
                 f"000000000000:{function}", f"000000000000:function:{function}:1"):
        for call in (other.get_function, other.get_function_configuration):
            refused("AccessDeniedException", call, FunctionName=part)
    number = "222222222222"
    made(lambda_client, number, Publish=True)
    denied("InvokeFunction", other.invoke, FunctionName=f"{ARN}{number}:1")
    lambda_client.delete_function(FunctionName=number)
    denied("DeleteFunction", other.delete_function, FunctionName=arn)
    lambda_client.remove_permission(FunctionName=function, StatementId="other")
    denied("InvokeFunction", other.invoke, FunctionName=arn)


def test_policies_of_what_is_not_there(lambda_client, function):
    assert refused("ResourceNotFoundException", lambda_client.get_policy, FunctionName="none") == (
        "The resource you requested does not exist.")
    assert refused("ResourceNotFoundException", lambda_client.get_policy, FunctionName=function, Qualifier="42") == (
        "The resource you requested does not exist.")
    assert refused("ResourceNotFoundException", lambda_client.remove_permission, FunctionName="none",
                   StatementId="s3") == f"No policy found for: {ARN}none"
    assert refused("ResourceNotFoundException", lambda_client.remove_permission, FunctionName=function,
                   StatementId="s3", Qualifier="none") == f"Cannot find alias arn: {ARN}{function}:none"
