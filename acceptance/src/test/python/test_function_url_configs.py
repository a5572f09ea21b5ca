"""The configurations of function URLs, through boto3 and AWS's CLI: they live, outlive and go as on AWS."""

import json
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pytest
from boda import Server, python_function
from botocore.exceptions import ClientError
from conftest import ROLE, client_factory
from test_reset import reset
from test_versions import active, refused

MISSING = "ResourceNotFoundException"
NO_URL = "The resource you requested does not exist."
NO_FUNCTION = "Function does not exist"
ECHO = python_function("def lambda_handler(e, c):\n    return e\n")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
CORS = {"AllowCredentials": True, "AllowHeaders": ["X-One"], "AllowMethods": ["GET"],
        "AllowOrigins": ["https://a.example"], "ExposeHeaders": ["Date"], "MaxAge": 60}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server that is emptied, and whose addresses end in a name of one's own."""
    data = tmp_path_factory.mktemp("urls") / "data"
    with Server(data, "--function-url-suffix", "Functions.example") as running:
        yield running


def made(client, name, **members):
    client.create_function(FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="lambda_function.lambda_handler",
                           Code={"ZipFile": ECHO}, **members)
    active(client, name)


def told(answer):
    """Of an answer, without what is said of every one."""
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def status(answer):
    return answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_config_lives_as_on_aws(lambda_client, create, name, server):
    create(name, ECHO)
    created = lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE")
    assert status(created) == 201
    assert told(created).keys() == {"FunctionUrl", "FunctionArn", "AuthType", "CreationTime"}
    port = urlparse(server.url).port
    assert re.fullmatch(rf"http://[a-z0-9]{{32}}\.lambda-url\.us-east-1\.localhost\.localstack\.cloud:{port}/",
                        created["FunctionUrl"])
    assert 40 <= len(created["FunctionUrl"]) <= 100
    assert (created["FunctionArn"], created["AuthType"]) == (ARN + name, "NONE")
    assert TIME.fullmatch(created["CreationTime"])
    assert refused("ResourceConflictException", lambda_client.create_function_url_config, FunctionName=name,
                   AuthType="NONE") == (f"Failed to create function url config for [functionArn = {ARN}{name}]. Error "
                                        "message:  FunctionUrlConfig exists for this Lambda function")

    got = lambda_client.get_function_url_config(FunctionName=name)
    assert told(got) == {**told(created), "InvokeMode": "BUFFERED", "LastModifiedTime": created["CreationTime"]}

    updated = lambda_client.update_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    assert (status(updated), updated["AuthType"], updated["FunctionUrl"]) == (200, "AWS_IAM", created["FunctionUrl"])
    assert updated["LastModifiedTime"] > created["CreationTime"] == updated["CreationTime"]
    assert "InvokeMode" not in updated

    assert status(lambda_client.delete_function_url_config(FunctionName=name)) == 204
    for call in (lambda_client.get_function_url_config, lambda_client.delete_function_url_config,
                 lambda_client.update_function_url_config):
        assert refused(MISSING, call, FunctionName=name) == NO_URL
    again = lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    assert again["InvokeMode"] == "RESPONSE_STREAM"
    assert again["FunctionUrl"] != created["FunctionUrl"]


def test_it_lives_through_the_cli(aws, create, name):
    create(name, ECHO)
    config = ("--function-name", name)
    created = json.loads(aws("lambda", "create-function-url-config", *config, "--auth-type", "NONE",
                             "--cors", json.dumps(CORS)))
    assert created["Cors"] == CORS
    updated = json.loads(aws("lambda", "update-function-url-config", *config, "--auth-type", "AWS_IAM"))
    assert (updated["FunctionUrl"], updated["AuthType"], updated["Cors"]) == (created["FunctionUrl"], "AWS_IAM", CORS)
    got = json.loads(aws("lambda", "get-function-url-config", *config))
    # Older CLIs do not know of InvokeMode.
    assert {key: value for key, value in got.items() if key != "InvokeMode"} == updated
    assert json.loads(aws("lambda", "list-function-url-configs", *config)) == {"FunctionUrlConfigs": [got]}
    assert aws("lambda", "delete-function-url-config", *config) == ""
    failed = aws("lambda", "get-function-url-config", *config, check=False)
    assert failed.returncode == 254 and NO_URL in failed.stderr


def test_what_is_not_there_is_refused_as_on_aws(lambda_client, create, name):
    create(name, ECHO, Publish=True)
    for named in ({"FunctionName": "doesnotexist"}, {"FunctionName": ARN + "doesnotexist"},
                  {"FunctionName": name, "Qualifier": "v1"}):
        for call in (lambda_client.create_function_url_config, lambda_client.update_function_url_config):
            assert refused(MISSING, call, **named, AuthType="NONE") == NO_FUNCTION
        for call in (lambda_client.get_function_url_config, lambda_client.delete_function_url_config):
            assert refused(MISSING, call, **named) == NO_URL
    assert refused(MISSING, lambda_client.list_function_url_configs, FunctionName="doesnotexist") == NO_FUNCTION
    for version in ("1", "2", "$LATEST"):
        assert refused("ValidationException", lambda_client.get_function_url_config, FunctionName=name,
                       Qualifier=version) == (
            f"1 validation error detected: Value '{version}' at 'qualifier' failed to satisfy constraint: Member must"
            r" satisfy regular expression pattern: ((?!^\d+$)^[0-9a-zA-Z-_]+$)")
        refused("ValidationException", lambda_client.create_function_url_config, FunctionName=f"{name}:{version}",
                AuthType="NONE")
    for call, more in ((lambda_client.create_function_url_config, {"AuthType": "NONE"}),
                       (lambda_client.get_function_url_config, {}), (lambda_client.update_function_url_config, {})):
        assert refused("InvalidParameterValueException", call, FunctionName=f"{name}:one", Qualifier="two", **more) == (
            "The derived qualifier from the function name does not match the specified qualifier.")


def test_rules_for_web_pages_are_checked_as_on_aws(lambda_client, create, name):
    create(name, ECHO)

    def refuse(code, **cors):
        return refused(code, lambda_client.create_function_url_config, FunctionName=name, AuthType="NONE", Cors=cors)

    assert refuse("ValidationException", AllowOrigins=["*"], AllowMethods=["GET", "POST", "OPTIONS"]) == (
        "1 validation error detected: Value '[GET, POST, OPTIONS]' at 'cors.allowMethods' failed to satisfy constraint:"
        " Member must satisfy constraint: [Member must have length less than or equal to 6, Member must have length"
        " greater than or equal to 0, Member must satisfy regular expression pattern: .*, Member must not be null]")
    assert refuse("InvalidParameterValueException", AllowMethods=["GET"]) == (
        "You can't leave AllowOrigins as empty when Cors is enabled.")
    assert refuse("InvalidParameterValueException", AllowOrigins=["*"], AllowMethods=["*", "GET"]) == (
        "You can't specify additional fields for AllowMethods because you already specified the wildcard character"
        " (*).")
    assert "You can use GET, PUT, POST, DELETE, HEAD, PATCH, and the wildcard character (*)." in refuse(
        "InvalidParameterValueException", AllowOrigins=["*"], AllowMethods=["TRACE"])
    # AWS accepts everybody with credentials.
    lambda_client.create_function_url_config(
        FunctionName=name, AuthType="NONE", Cors={"AllowOrigins": ["*"], "AllowCredentials": True})


def test_of_many_who_make_one_url_one_wins(clients, create, name):
    create(name, ECHO)

    def make(_):
        try:
            return clients("lambda").create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
        except ClientError as refusal:
            assert refusal.response["Error"]["Code"] == "ResourceConflictException"

    with ThreadPoolExecutor(8) as pool:
        won, = [url for url in pool.map(make, range(16)) if url]
    assert clients("lambda").get_function_url_config(FunctionName=name)["FunctionUrl"] == won


def test_a_url_outlives_its_alias(lambda_client, create, name):
    create(name, ECHO, Publish=True)
    alias = {"FunctionName": name, "Qualifier": "live"}
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    url = lambda_client.create_function_url_config(**alias, AuthType="NONE")["FunctionUrl"]
    lambda_client.delete_alias(FunctionName=name, Name="live")
    assert lambda_client.get_function_url_config(**alias)["FunctionUrl"] == url
    listed, = lambda_client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
    assert (listed["FunctionUrl"], listed["FunctionArn"]) == (url, f"{ARN}{name}:live")
    assert refused(MISSING, lambda_client.update_function_url_config, **alias, AuthType="AWS_IAM") == NO_FUNCTION
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")
    assert lambda_client.update_function_url_config(**alias, AuthType="AWS_IAM")["FunctionUrl"] == url
    lambda_client.delete_alias(FunctionName=name, Name="live")
    lambda_client.delete_function_url_config(**alias)
    assert lambda_client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"] == []


def test_with_its_function_a_url_is_gone(lambda_client, create, name):
    create(name, ECHO, Publish=True)
    lambda_client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    urls = {lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE", **more)["FunctionUrl"]
            for more in ({}, {"Qualifier": "live"})}
    lambda_client.delete_function(FunctionName=name)
    assert refused(MISSING, lambda_client.get_function_url_config, FunctionName=name) == NO_URL
    create(name, ECHO)
    assert lambda_client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"] == []
    assert lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"] not in urls


def test_accounts_and_regions_have_their_own(clients, name):
    there = [clients("lambda"), clients("lambda", region_name="eu-west-1"), clients("lambda", account="222222222222")]
    urls = []
    try:
        for client in there:
            made(client, name)
            created = client.create_function_url_config(FunctionName=name, AuthType="NONE")
            urls.append(created["FunctionUrl"])
            listed, = client.list_function_url_configs(FunctionName=name)["FunctionUrlConfigs"]
            assert listed["FunctionUrl"] == created["FunctionUrl"]
            assert listed["FunctionArn"].split(":")[3:5] == created["FunctionArn"].split(":")[3:5]
        assert len(set(urls)) == 3
        assert [".eu-west-1." in url for url in urls] == [False, True, False]
        there[0].delete_function_url_config(FunctionName=name)
        assert all(client.get_function_url_config(FunctionName=name) for client in there[1:])
        stranger = there[2]
        refused("AccessDeniedException", stranger.get_function_url_config, FunctionName=ARN + name)
    finally:
        for client in there:
            client.delete_function(FunctionName=name)


def test_the_function_shows_nothing_of_it(lambda_client, create, name):
    create(name, ECHO)
    before = lambda_client.get_function_configuration(FunctionName=name)
    lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE")
    assert told(lambda_client.get_function_configuration(FunctionName=name)) == told(before)


def test_it_survives_the_servers_death_but_not_a_reset(own):
    client = client_factory(own)("lambda")
    made(client, "f", Publish=True)
    client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
    client.create_function_url_config(FunctionName="f", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM", Cors=CORS)
    client.create_function_url_config(FunctionName="f", AuthType="NONE", Qualifier="live")
    client.delete_alias(FunctionName="f", Name="live")
    made(client, "gone")
    client.create_function_url_config(FunctionName="gone", AuthType="NONE")
    client.delete_function(FunctionName="gone")
    before = client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]
    assert all(f".lambda-url.us-east-1.functions.example:{urlparse(own.url).port}/" in each["FunctionUrl"]
               for each in before)

    own.stop(signal.SIGKILL)
    with Server(own.data) as again:
        client = client_factory(again)("lambda")
        after = client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"]
        assert [without_address(each) for each in after] == [without_address(each) for each in before]
        ids = [each["FunctionUrl"].split(".")[0] for each in before]
        assert [each["FunctionUrl"].split(".")[0] for each in after] == ids
        made(client, "gone")
        assert client.list_function_url_configs(FunctionName="gone")["FunctionUrlConfigs"] == []
        reset(again)
        assert refused(MISSING, client.get_function_url_config, FunctionName="f") == NO_URL
        made(client, "f")
        assert client.list_function_url_configs(FunctionName="f")["FunctionUrlConfigs"] == []


def without_address(config):
    return {key: value for key, value in config.items() if key != "FunctionUrl"}
