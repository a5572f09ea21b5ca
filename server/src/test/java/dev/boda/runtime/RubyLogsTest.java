package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What functions in Ruby write, in every Ruby that this machine has.
class RubyLogsTest extends RubyFunctions {

    /// Of the request id, which AWS puts there.
    private static final String ENTRY =
            ", \\[\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6} #\\d+] {1,2}[A-Z]+ r1 -- ";

    @ParameterizedTest
    @MethodSource("rubies")
    void severalLinesStayOneMessage(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  puts "one\\ntwo", ["three", nil, [4]]
                  puts
                  puts "bytes \\xff and é"
                  log = Logger.new($stdout, progname: "own")
                  log.info("five\\nsix é")
                  Logger.new(nil).error(RuntimeError.new("seven"))
                  Logger.new($stderr, level: Logger::WARN).info("not shown")
                  Logger.new($stderr, formatter: ->(*, message) { "own #{message}" }).warn("form")
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertThat(client.api().invoke("r1", "{}", Map.of()).text()).isEqualTo("true");

            var messages = client.messages();
            assertThat(messages).hasSize(6);
            assertThat(messages.subList(0, 3)).containsExactly("one\ntwo\nthree\n\n4\n", "\n", "bytes \ufffd and é\n");
            assertThat(messages.get(3)).matches("I" + ENTRY + "own: five\\nsix é\\n");
            assertThat(messages.get(4)).matches("E" + ENTRY + ": seven \\(RuntimeError\\)\\n\\n");
            assertThat(messages.get(5)).isEqualTo("own form");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void whatIsWrittenInOtherWaysStaysInOrder(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  print "one "
                  $stdout.puts "two"
                  puts "three"
                  warn "four"
                  system("echo five")
                  p 6
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertThat(client.api().invoke("r1", "{}", Map.of()).text()).isEqualTo("6");

            assertThat(client.frames()).matches("(?s)one two\\n.{16}three\\nfour\\nfive\\n6\\n");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void logEntriesAreJsonWhereTheFunctionsLogIs(Interpreter ruby) throws Exception {
        file("code.rb", """
                def handler(event:, context:)
                  log = Logger.new($stdout, progname: "own")
                  log.info("not shown")
                  log.warn("a\\nb")
                  begin
                    raise "lost"
                  rescue => e
                    log.error(e)
                  end
                end
                """);
        var variables = Map.of("AWS_LAMBDA_LOG_FORMAT", "JSON", "AWS_LAMBDA_LOG_LEVEL", "WARN");
        try (var client = start(ruby, "code.handler", variables)) {
            assertThat(client.api().invoke("r1", "{}", Map.of()).text()).isEqualTo("true");

            var entries = client.messages();
            assertThat(entries).hasSize(2);
            var warning = JSON.readTree(entries.get(0));
            assertThat(warning.propertyNames()).containsExactly("timestamp", "level", "message", "requestId", "logger");
            assertThat(warning.get("timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{6}Z");
            assertThat(warning.get("level").asString()).isEqualTo("WARN");
            assertThat(warning.get("message").asString()).isEqualTo("a\nb");
            var error = JSON.readTree(entries.get(1));
            assertThat(error.get("errorType").asString()).isEqualTo("RuntimeError");
            assertThat(error.get("errorMessage").asString()).isEqualTo("lost");
            assertThat(error.get("stackTrace").get(0).asString()).contains("code.rb:6:in ");
            assertThat(error.get("location").asString()).matches(".*/code.rb:.*handler:6");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void aSignalHandlerOfTheFunctionIsHeardAndMayWrite(Interpreter ruby) throws Exception {
        file("code.rb", """
                Signal.trap("TERM") { puts "bye"; exit 7 }
                def handler(event:, context:) = Process.pid
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            var pid = Long.parseLong(invoke(client, "{}"));
            client.api().take();
            ProcessHandle.of(pid).orElseThrow().destroy();

            assertThat(client.exitStatus()).isEqualTo(7);
            assertThat(client.messages()).containsExactly("bye\n");
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void withoutAHandlerOfItsOwnATerminationSaysNothing(Interpreter ruby) throws Exception {
        file("code.rb", "def handler(event:, context:) = Process.pid\n");
        try (var client = start(ruby, "code.handler", Map.of())) {
            var pid = Long.parseLong(invoke(client, "{}"));
            client.api().take();
            ProcessHandle.of(pid).orElseThrow().destroy();

            assertThat(client.exitStatus()).isEqualTo(128 + 15);
            assertThat(client.frames()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("rubies")
    void messagesOfManyThreadsAreWhole(Interpreter ruby) throws Exception {
        file("code.rb", """
                require "timeout"
                def handler(event:, context:)
                  8.times.map { |n| Thread.new { 20.times { puts n.to_s * 20_000 } } }.each(&:join)
                  fork { puts "child's" }.then { |child| Process.wait(child) }
                  nil
                end
                """);
        try (var client = start(ruby, "code.handler", Map.of())) {
            assertThat(invoke(client, "{}")).isEqualTo("null");
            assertThat(client.messages())
                    .hasSize(161)
                    .endsWith("child's\n")
                    .filteredOn(message -> message.length() == 20_001)
                    .hasSize(160);
        }
    }
}
