package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The Ruby client, in every Ruby that this machine has.
class RubyClientTest extends RubyFunctions {

    @ParameterizedTest
    @MethodSource("rubies")
    void aHandlerGetsItsEventAndACompleteContext(Interpreter ruby) throws Exception {
        file("nested/folder/code.rb", """
                module Outer
                  class Inner
                    def self.process(event:, context:)
                      { event: event,
                        context: [context.aws_request_id, context.function_name, context.function_version,
                          context.memory_limit_in_mb, context.log_group_name, context.log_stream_name,
                          context.invoked_function_arn, context.client_context["client"]["app_title"],
                          context.client_context["custom"]["a"], context.identity, context.tenant_id,
                          context.deadline_ms],
                        left: context.get_remaining_time_in_millis.positive?,
                        trace: ENV["_X_AMZN_TRACE_ID"],
                        hidden: ENV.keys.grep(/BODA|TELEMETRY/),
                        path: $LOAD_PATH.first(3) }
                    end
                  end
                end
                """);
        try (var client = start(ruby, "nested/folder/code.Outer::Inner.process", Map.of())) {
            var headers = Map.of(
                    "Lambda-Runtime-Invoked-Function-Arn", "arn:1",
                    "Lambda-Runtime-Trace-Id", "Root=1-2",
                    "Lambda-Runtime-Client-Context", "{\"client\":{\"app_title\":\"t\"},\"custom\":{\"a\":\"ü\"}}");
            var answer = client.api().invoke("r1", "{\"name\": \"Zoë\"}", headers);

            assertThat(answer.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/response");
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
            var json = json(answer);
            assertThat(json.at("/event/name").asString()).isEqualTo("Zoë");
            assertThat(json.get("context").toString())
                    .isEqualTo("[\"r1\",\"greeter\",\"$LATEST\",\"128\",\"/aws/lambda/greeter\","
                            + "\"2026/11/21/[$LATEST]0123\",\"arn:1\",\"t\",\"ü\",null,null,99999999999999]");
            assertThat(json.get("left").asBoolean()).isTrue();
            assertThat(json.get("trace").asString()).isEqualTo("Root=1-2");
            assertThat(json.get("hidden")).isEmpty();
            assertThat(json.get("path"))
                    .extracting(JsonNode::asString)
                    .containsExactly(
                            task().toString(),
                            ClientProcess.CLIENTS.resolve("ruby/lib").toString(),
                            "/opt/ruby/lib");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void foldersOfTheFunctionsOwnComeBehindAwss(Interpreter ruby) throws Exception {
        file("code.rb", "def handler(event:, context:) = [ENV['RUBYLIB'], $LOAD_PATH.first(3)]\n");
        try (var client = start(ruby, "code.handler", Map.of("RUBYLIB", "/own"))) {
            var ours = task() + ":" + ClientProcess.CLIENTS.resolve("ruby/lib") + ":/own";

            assertThat(invoke(client, "{}")).isEqualTo("[\"" + ours + "\",[\"" + ours.replace(":", "\",\"") + "\"]]");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void theInterpretersOwnGemsComeLast(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  [Gem.path.take(3), Gem.default_path.all? { |path| Gem.path.include?(path) || path == Gem.user_dir },
                   Gem.path.include?(Gem.user_dir), ENV["GEM_PATH"]]
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of("GEM_PATH", "/a:/b", "GEM_HOME", "/c"))) {
            assertThat(invoke(client, "{}")).isEqualTo("[[\"/a\",\"/b\",\"/c\"],true,false,\"/a:/b\"]");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void aRaisedErrorIsReportedAndLoggedAsAwsDoesAndTheClientGoesOn(Interpreter ruby) throws Exception {
        file("code.rb", """
                class Refused < StandardError; end
                def fail_so(kind)
                  raise kind, "no\\nway"
                end
                def handler(event:, context:)
                  fail_so(Object.const_get(event))
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            var error = client.api().invoke("r1", "\"ArgumentError\"", Map.of());

            assertThat(error.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/error");
            assertThat(error.headers()).containsEntry("lambda-runtime-function-error-type", "Function<ArgumentError>");
            assertThat(error.text())
                    .startsWith("{\"errorMessage\":\"no\\nway\",\"errorType\":"
                            + "\"Function<ArgumentError>\",\"stackTrace\":[\"" + task() + "/code.rb:3:in ");
            var trace = json(error).get("stackTrace");
            assertThat(trace).as("the function's frames, without the client's").hasSize(2);
            assertThat(trace.get(1).asString()).matches(".*/code.rb:6:in [`'].*handler'");
            assertThat(client.messages()).hasSize(2);
            assertThat(client.messages().get(0)).isEqualTo("Error raised from handler method\n");
            assertThat(client.messages().get(1)).startsWith("{\n  \"errorMessage\": \"no\\nway\",\n");
            assertThat(JSON.readTree(client.messages().get(1))).isEqualTo(json(error));

            var own = client.api().invoke("r2", "\"Refused\"", Map.of());
            assertThat(own.headers()).containsEntry("lambda-runtime-function-error-type", "Function<UserException>");
            assertThat(json(own).get("errorType").asString()).isEqualTo("Function<Refused>");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void anErrorOfTheCodeItselfIsReportedAndEndsTheClient(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  case event
                  when "exit" then exit(3)
                  when "name" then nosuch
                  when "deep" then handler(event: event, context: context)
                  end
                end
                """);

        assertThat(broken(ruby, "code.handler", "\"exit\"")).isEqualTo("Function<SystemExit>: exit");
        assertThat(broken(ruby, "code.handler", "\"name\""))
                .startsWith("Function<NameError>: undefined local variable or method ")
                .as("without the source, which is not in AWS's messages")
                .doesNotContain("\n");
        assertThat(broken(ruby, "code.handler", "\"deep\""))
                .isEqualTo("Function<SystemStackError>: stack level too deep");
        assertThat(broken(ruby, "code.gone", "{}")).startsWith("Function<NoMethodError>: undefined method ");
        assertThat(broken(ruby, "code.Gone.handler", "{}"))
                .isEqualTo("Function<NameError>: uninitialized constant Kernel::Gone");
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void aFunctionThatCannotBeLoadedIsAnInitError(Interpreter ruby) throws Exception {
        file("needy.rb", "require 'nosuch'\n");
        file("bad.rb", "def handler(\n");
        file("raising.rb", "raise 'Runtime startup fails'\n");
        file("leaving.rb", "exit 3\n");

        assertThat(initError(ruby, "gone.handler", "Init<LoadError>"))
                .isEqualTo("Init<LoadError>: cannot load such file -- gone");
        assertThat(initError(ruby, "needy.handler", "Init<LoadError>"))
                .isEqualTo("Init<LoadError>: cannot load such file -- nosuch");
        assertThat(initError(ruby, "bad.handler", "Function<UserException>"))
                .startsWith("Init<SyntaxError>: ")
                .contains("bad.rb:");
        assertThat(initError(ruby, "raising.handler", "Function<UserException>"))
                .isEqualTo("Init<RuntimeError>: Runtime startup fails");
        assertThat(initError(ruby, "leaving.handler", "Init<SystemExit>")).isEqualTo("Init<SystemExit>: exit");
        assertThat(initError(ruby, "handler", "Init<ArgumentError>"))
                .startsWith("Init<ArgumentError>: Invalid handler [\"handler\"], must be of form FILENAME.METHOD or ");
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void answersAreWrittenAsAwsWritesThem(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  @calls = @calls.to_i + 1
                  case event
                  when "text" then "é"
                  when "nothing" then nil
                  when "calls" then @calls
                  when "raw" then StringIO.new("raw \\xff")
                  when "number" then Float::NAN
                  end
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertThat(invoke(client, "\"text\"")).isEqualTo("\"é\"");
            assertThat(invoke(client, "\"nothing\"")).isEqualTo("null");
            assertThat(invoke(client, "\"calls\"")).isEqualTo("3");
            var raw = client.api().invoke("r1", "\"raw\"", Map.of());
            assertThat(raw.headers()).containsEntry("content-type", "application/unknown");
            assertThat(raw.body()).endsWith(0xff);
            assertThat(invoke(client, "\"number\"")).contains("\"errorType\":\"Function<JSON::GeneratorError>\"");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void aFunctionMayReadAndWriteItsEventsItself(Interpreter ruby) throws Exception {
        file("code.rb", """
                class AwsLambda::Marshaller
                  def self.marshall_request(raw) = [raw["Content-Type"], raw.body]
                  def self.marshall_response(answer) = [StringIO.new(answer.inspect), "application/unknown"]
                end
                def handler(event:, context:) = event
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertThat(invoke(client, "{\"a\": 1}")).isEqualTo("[\"application/json\", \"{\\\"a\\\": 1}\"]");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void eventsComeInAnyHttpFraming(Interpreter ruby) throws Exception {
        file("code.rb", "def handler(event:, context:) = event.size\n");
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertUnderstandsAnyHttpFraming(client);
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void aServerThatIsGoneEndsTheClient(Interpreter ruby) throws Exception {
        file("code.rb", "def handler(event:, context:) = 1\n");
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertEndsWithItsServer(client);
        }
    }

    /// Type and message of the error after which the client ends.
    private String broken(Interpreter ruby, String handler, String event) throws Exception {
        try (var client = start(ruby, handler, Map.of())) {
            var error = client.api().invoke("r1", event, Map.of());

            assertThat(error.path()).isEqualTo("/2018-06-01/runtime/invocation/r1/error");
            assertThat(client.exitStatus()).isEqualTo(255);
            assertThat(client.messages())
                    .startsWith("Critical exception from handler\n")
                    .hasSize(2);
            return said(error);
        }
    }

    private String initError(Interpreter ruby, String handler, String header) throws Exception {
        try (var client = start(ruby, handler, Map.of())) {
            var error = client.initError();

            assertThat(client.exitStatus()).isEqualTo(252);
            assertThat(error.headers()).containsEntry("lambda-runtime-function-error-type", header);
            assertThat(client.messages())
                    .startsWith("Init error when loading handler \n")
                    .hasSize(2);
            assertThat(json(error).get("stackTrace"))
                    .extracting(JsonNode::asString)
                    .noneMatch(frame -> frame.contains("boda_runtime"));
            return said(error);
        }
    }

    private static String said(RuntimeApiStub.Request error) {
        var json = json(error);
        return json.get("errorType").asString() + ": "
                + json.get("errorMessage").asString();
    }
}
