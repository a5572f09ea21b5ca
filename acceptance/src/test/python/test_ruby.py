"""Functions in Ruby: the handlers of AWS's documentation, their errors, their logs and their gems."""

import base64
import json
import re
import uuid

import pytest
from boda import tail, zipped
from botocore.exceptions import ClientError
from conftest import ROLE

RUNTIMES = ["ruby3.2", "ruby3.3", "ruby3.4", "ruby4.0"]


def ruby_function(source, **files):
    return zipped({"lambda_function.rb": source, **files})


def gem(root, name, version, source):
    """A gem as `bundle install` leaves it below its folder of Ruby's version."""
    specification = (f'Gem::Specification.new do |s|\n  s.name = "{name}"\n  s.version = "{version}"\n'
                     f'  s.summary = "a test\'s"\n  s.authors = ["a test"]\n  s.files = ["lib/{name}.rb"]\n'
                     '  s.require_paths = ["lib"]\nend\n')
    return {f"{root}/specifications/{name}-{version}.gemspec": specification,
            f"{root}/gems/{name}-{version}/lib/{name}.rb": source}


@pytest.fixture
def create_ruby(create, name):
    def make(source, runtime="ruby3.3", **members):
        package = source if isinstance(source, bytes) else ruby_function(source)
        return create(name, package, **{"Runtime": runtime, "Timeout": 15, **members})

    return make


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_hello(create_ruby, invoke, name, runtime):
    create_ruby("""
require 'json'

def lambda_handler(event:, context:)
  puts "## EVENT", event.to_a
  { statusCode: 200, body: JSON.generate("Hello #{event['name']} of #{ENV['AWS_EXECUTION_ENV']}") }
end
""", runtime)
    body, response = invoke(name, {"name": "Zoë"}, LogType="Tail")
    assert body == {"statusCode": 200, "body": json.dumps(f"Hello Zoë of AWS_Lambda_{runtime}", ensure_ascii=False)}
    assert '\n## EVENT\nname\nZoë\nEND ' in tail(response)
    told = response["ResponseMetadata"]["HTTPHeaders"].get("x-boda-runtime", f"ruby {runtime[4:]}.")
    assert re.fullmatch(r"ruby \d+\.\d+\..*", told)


def test_a_class_in_a_nested_folder_answers_nothing(create_ruby, invoke, name):
    create_ruby(zipped({
        "app/handlers/order.rb": "require_relative '../model'\nmodule Shop\n  class Order\n"
                                 "    def self.process(event:, context:) = Model.nothing\n  end\nend\n",
        "app/model.rb": "module Model\n  def self.nothing = nil\nend\n"}),
        Handler="app/handlers/order.Shop::Order.process")
    body, response = invoke(name, {})
    assert body is None and "FunctionError" not in response


def test_ruby_before_3_2_is_refused(lambda_client, name):
    with pytest.raises(ClientError) as caught:
        lambda_client.create_function(FunctionName=name, Runtime="ruby2.7", Role=ROLE, Handler="a.b",
                                      Code={"ZipFile": ruby_function("")})
    assert caught.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_a_raised_error_has_the_functions_own_frames(create_ruby, invoke, name):
    create_ruby("""
def refuse(what)
  raise "Error: #{what}"
end

def lambda_handler(event:, context:)
  @calls = @calls.to_i + 1
  event["what"] ? refuse(event["what"]) : @calls
end
""")
    body, response = invoke(name, {"what": "some_error_msg"}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert list(body) == ["errorMessage", "errorType", "stackTrace"]
    assert body["errorMessage"] == "Error: some_error_msg" and body["errorType"] == "Function<RuntimeError>"
    assert [re.sub(r":in [`'](?:.*#)?(.*)'$", r" \1", frame) for frame in body["stackTrace"]] == [
        "/var/task/lambda_function.rb:3 refuse", "/var/task/lambda_function.rb:8 lambda_handler"]
    assert "\nError raised from handler method\n{\n  \"errorMessage\": \"Error: some_error_msg\"," in tail(response)
    assert invoke(name, {})[0] == 2, "the environment goes on"


@pytest.mark.parametrize("statement, error_type, message", [
    ("exit 3", "Function<SystemExit>", "exit"),
    ("nosuch", "Function<NameError>", "undefined local variable or method "),
    ("raise Exception, 'worst'", "Function<Exception>", "worst"),
    ("exit! 3", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ("Process.kill('KILL', Process.pid); sleep", "Runtime.ExitError", "Runtime exited with error: signal: killed"),
])
def test_a_function_that_ends_is_started_anew(create_ruby, invoke, name, statement, error_type, message):
    create_ruby("$calls = 0\ndef lambda_handler(event:, context:)\n  $calls += 1\n"
                f"  if event['end']\n    {statement}\n  end\n  $calls\nend\n")
    assert invoke(name, {})[0] == 1
    body, response = invoke(name, {"end": True}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == error_type and message in body["errorMessage"]
    if error_type.startswith("Function"):
        assert "\nCritical exception from handler\n{\n" in tail(response)
    assert invoke(name, {})[0] == 1


def test_a_timeout(create_ruby, invoke, name):
    create_ruby("def lambda_handler(event:, context:)\n  puts 'begun'\n  sleep(event)\n  1\nend\n", Timeout=1)
    body, response = invoke(name, 30, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert body["errorMessage"].endswith(" Task timed out after 1.00 seconds")
    assert "begun\n" in tail(response)
    assert invoke(name, 0)[0] == 1


def test_six_megabytes_each_way(create_ruby, invoke, name):
    create_ruby("def lambda_handler(event:, context:) = event.is_a?(Integer) ? 'ü' * event : event.size\n", MemorySize=512)
    assert invoke(name, "x" * 6_000_000)[0] == 6_000_000
    assert invoke(name, 3_000_000)[0] == "ü" * 3_000_000


def test_a_wrapper_starts_the_interpreter(create, invoke, name):
    wrapper = '#!/bin/bash\nexport WRAPPED=yes\nexec "${@:1:$#-1}" -W0 "${@: -1}"\n'
    create(name, zipped({"lambda_function.rb": "def lambda_handler(event:, context:) = [ENV['WRAPPED'], $VERBOSE]\n",
                         "wrapper": wrapper}, {"wrapper": 0o100755}), Runtime="ruby3.3", Timeout=15,
           Environment={"Variables": {"AWS_LAMBDA_EXEC_WRAPPER": "/var/task/wrapper"}})
    assert invoke(name, {})[0] == ["yes", None]


def test_the_environment_is_as_on_aws(create_ruby, invoke, name):
    create_ruby("def lambda_handler(event:, context:) = [ENV.to_h, Dir.pwd, $LOAD_PATH.first]\n",
                Environment={"Variables": {"STAGE": "prod"}}, MemorySize=192)
    (found, folder, first), _ = invoke(name, {})
    exact = {
        "_HANDLER": "lambda_function.lambda_handler", "AWS_REGION": "us-east-1", "LANG": "en_US.UTF-8", "TZ": ":UTC",
        "AWS_EXECUTION_ENV": "AWS_Lambda_ruby3.3", "AWS_LAMBDA_FUNCTION_NAME": name, "STAGE": "prod",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "192", "LAMBDA_TASK_ROOT": found["LAMBDA_TASK_ROOT"],
        "GEM_PATH": "/var/task/vendor/bundle/ruby/3.3.0:/opt/ruby/gems/3.3.0",
        "RUBYLIB": "/var/task:/var/runtime/lib:/opt/ruby/lib"}
    assert {key: found.get(key) for key in exact} == exact
    assert folder == first == found["LAMBDA_TASK_ROOT"]
    assert found["_X_AMZN_TRACE_ID"].startswith("Root=")
    assert not [key for key in found if "BODA" in key or "TELEMETRY" in key]


def test_the_context_is_complete(create_ruby, lambda_client, name):
    create_ruby("""
def lambda_handler(event:, context:)
  left = context.deadline_ms - (Time.now.to_f * 1000).to_i
  [context.function_name, context.function_version, context.memory_limit_in_mb, context.invoked_function_arn,
   context.aws_request_id, context.log_group_name, context.log_stream_name, context.identity,
   context.client_context["custom"], context.get_remaining_time_in_millis.between?(left - 1000, left + 1), left]
end
""", Timeout=7)
    client_context = base64.b64encode(json.dumps({"custom": {"key": "vålue"}}).encode()).decode()
    response = lambda_client.invoke(FunctionName=name, Payload=b"{}", ClientContext=client_context)
    *found, left = json.loads(response["Payload"].read())
    stream = found.pop(6)
    assert found == [name, "$LATEST", "128", f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
                     response["ResponseMetadata"]["RequestId"], f"/aws/lambda/{name}", None, {"key": "vålue"}, True]
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST][0-9a-f]{32}", stream)
    assert 5_000 < left <= 7_000


def messages(logs_client, name):
    return [event["message"] for event in logs_client.filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]]


def test_what_is_logged_in_one_go_is_one_event(create_ruby, invoke, logs_client, name):
    create_ruby("""
def lambda_handler(event:, context:)
  puts "one\\ntwo"
  $stdout.puts "three"
  Logger.new($stdout).info("four\\nfive")
  warn "six"
end
""")
    _, response = invoke(name, {})
    request_id = response["ResponseMetadata"]["RequestId"]
    written = [line for line in messages(logs_client, name)
               if not line.startswith(("INIT_START", "START ", "END ", "REPORT "))]
    entry = written.pop(2)
    assert written == ["one\ntwo\n", "three\n", "six\n"]
    assert re.fullmatch(r"I, \[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6} #\d+]  INFO " + request_id + " -- : four\nfive\n",
                        entry)


def test_loggers_write_json_where_the_log_is_json(create_ruby, invoke, logs_client, name):
    create_ruby("""
def lambda_handler(event:, context:)
  logger = Logger.new($stdout)
  logger.info("left out")
  logger.warn("kept")
end
""", LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "WARN", "SystemLogLevel": "WARN"})
    _, response = invoke(name, {})
    written = [json.loads(line) for line in messages(logs_client, name)]
    kept = [entry for entry in written if "message" in entry]
    assert [(entry["level"], entry["message"], entry["requestId"]) for entry in kept] == [
        ("WARN", "kept", response["ResponseMetadata"]["RequestId"])]


def test_gems_come_with_the_package_and_with_layers(create_ruby, invoke, lambda_client, name):
    layer = lambda_client.publish_layer_version(
        LayerName="layer-" + uuid.uuid4().hex[:12],
        Content={"ZipFile": zipped({
            **gem("ruby/gems/3.3.0", "layered_gem", "2.0.0", "module LayeredGem\n  NAME = 'layered'\nend\n"),
            **gem("ruby/gems/3.3.0", "vendored_gem", "0.9.0", "module VendoredGem\n  NAME = 'old'\nend\n"),
            "ruby/lib/plain_file.rb": "PLAIN = 'plain'\n"})})["LayerVersionArn"]
    create_ruby(zipped({
        "lambda_function.rb": "require 'vendored_gem'\nrequire 'layered_gem'\nrequire 'plain_file'\nrequire 'set'\n"
                              "def lambda_handler(event:, context:)\n"
                              "  [VendoredGem::NAME, LayeredGem::NAME, PLAIN,\n"
                              "   Gem.loaded_specs['vendored_gem'].version.to_s]\nend\n",
        **gem("vendor/bundle/ruby/3.3.0", "vendored_gem", "1.2.0", "module VendoredGem\n  NAME = 'vendored'\nend\n")}),
        Layers=[layer])
    assert invoke(name, {})[0] == ["vendored", "layered", "plain", "1.2.0"]


@pytest.mark.parametrize("source, handler, error_type, message", [
    ("", "gone.lambda_handler", "Init<LoadError>", "cannot load such file -- gone"),
    ("require 'nosuch'", None, "Init<LoadError>", "cannot load such file -- nosuch"),
    ("def lambda_handler(", None, "Init<SyntaxError>", "lambda_function.rb:"),
    ("raise 'too early'", None, "Init<RuntimeError>", "too early"),
    ("exit 1", None, "Init<SystemExit>", "exit"),
    ("", "lambda_handler", "Init<ArgumentError>", 'Invalid handler ["lambda_handler"], must be of form FILENAME.METHOD'),
    ("", None, "Function<NoMethodError>", "undefined method "),
    ("", "lambda_function.Gone.handler", "Function<NameError>", "uninitialized constant "),
])
def test_a_function_that_cannot_be_found(create_ruby, invoke, name, source, handler, error_type, message):
    create_ruby(source, **({"Handler": handler} if handler else {}))
    body, response = invoke(name, {}, LogType="Tail")
    assert response["FunctionError"] == "Unhandled"
    assert body["errorType"] == error_type and message in body["errorMessage"]
    assert not [frame for frame in body["stackTrace"] if "boda_runtime" in frame]
    if error_type.startswith("Init"):
        assert "Init error when loading handler" in tail(response)
