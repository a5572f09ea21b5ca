package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaCommandTest {

    private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    @ParameterizedTest
    @CsvSource({"128, 111411", "512, 445645", "1536, 1336935", "3008, 2834432", "4093, 3945472", "10240, 10240000"})
    void theHeapIsAsLargeAsOnAws(int memoryMegabytes, long heapKilobytes) {
        assertThat(JavaCommand.heapKilobytes(memoryMegabytes)).isEqualTo(heapKilobytes);
    }

    @Test
    void optionsStandBetweenProgramAndClientAndTheHandlerIsLast() {
        var command =
                completed(17, 17, Map.of("_HANDLER", "example.Handler::run", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"));

        assertThat(command)
                .startsWith("/usr/bin/java", "-XX:MaxHeapSize=445645k", "-XX:+UseSerialGC", "-XX:+TieredCompilation")
                .contains(QUICK_COMPILER, "--add-opens=java.base/java.io=ALL-UNNAMED", "-XX:+ErrorFileToStderr")
                .doesNotContain("--enable-native-access=ALL-UNNAMED")
                .endsWith(
                        "-classpath",
                        "/var/runtime/lib/*",
                        "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
                        "example.Handler::run");
    }

    @Test
    void anOldJvmGetsNoOptionThatItDoesNotKnow() {
        assertThat(completed(8, 8, Map.of())).noneMatch(part -> part.startsWith("--"));
        assertThat(completed(11, 11, Map.of()))
                .contains("--add-opens=java.base/java.io=ALL-UNNAMED")
                .doesNotContain("-XX:+ErrorFileToStderr");
    }

    @Test
    void theWarningsOfANewJvmAboutTheClientAreSwitchedOff() {
        assertThat(completed(21, 25, Map.of()))
                .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }

    @Test
    void compilationStopsAtLevelOneWhereItDoesOnAws() {
        var provisioned = Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "provisioned-concurrency");

        assertThat(completed(11, 25, Map.of())).doesNotContain(QUICK_COMPILER);
        assertThat(completed(17, 25, Map.of())).contains(QUICK_COMPILER);
        assertThat(completed(21, 25, provisioned)).contains(QUICK_COMPILER);
        assertThat(completed(25, 25, Map.of())).contains(QUICK_COMPILER);
        assertThat(completed(25, 25, provisioned)).doesNotContain(QUICK_COMPILER);
    }

    private static List<String> completed(int id, int actual, Map<String, String> variables) {
        return JavaCommand.completed(JavaCommand.of(Path.of("/usr/bin/java")), id, actual, variables);
    }
}
