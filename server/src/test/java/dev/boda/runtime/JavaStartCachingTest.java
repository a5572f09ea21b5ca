package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaStartCachingTest {

    private static final List<String> COMMAND = List.of("/jdk/bin/java", "-cp", "lib", "Client");

    @Test
    void jvmsBefore25KeepNothing() {
        assertThat(JavaStartCaching.of(24, Map.of())).isEmpty();
        assertThat(JavaStartCaching.of(25, Map.of())).isPresent();
        assertThat(JavaStartCaching.of(26, Map.of())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:AOTCache=/opt/own.aot",
                "-Da=b -XX:AOTMode=off",
                "-XX:SharedArchiveFile=/opt/own.jsa",
                "-XX:+AutoCreateSharedArchive",
                "-Xshare:off",
                "-XX:VMOptionsFile=/var/task/options",
                "@/var/task/options",
                "-javaagent:/opt/agent.jar",
                "-agentlib:jdwp=transport=dt_socket,server=y"
            })
    void functionsWithOptionsOfTheirOwnOnCachesOrAgentsAreLeftAlone(String options) {
        assertThat(JavaStartCaching.of(25, Map.of("JAVA_TOOL_OPTIONS", options)))
                .isEmpty();
        assertThat(JavaStartCaching.of(25, Map.of("JDK_JAVA_OPTIONS", options))).isEmpty();
    }

    @Test
    void otherOptionsStayInEffectBesideTheCache() {
        var caching = JavaStartCaching.of(25, Map.of("JAVA_TOOL_OPTIONS", "-Dmail=me@example.com -Xss2m"));

        assertThat(caching.orElseThrow().reading(COMMAND, "/c"))
                .containsExactly(
                        "/jdk/bin/java", "-XX:AOTCache=/c", "-Xlog:aot*=off", "-Xlog:cds*=off", "-cp", "lib", "Client");
    }

    @Test
    void whoAsksWhatTheJvmSaysOfItsCacheIsTold() {
        var caching = JavaStartCaching.of(25, Map.of("JAVA_TOOL_OPTIONS", "-Xlog:aot"));

        assertThat(caching.orElseThrow().reading(COMMAND, "/c"))
                .containsExactly("/jdk/bin/java", "-XX:AOTCache=/c", "-cp", "lib", "Client");
    }

    @Test
    void trainingStartsTheSameCommand() {
        var caching = JavaStartCaching.of(25, Map.of()).orElseThrow();

        assertThat(caching.writing(COMMAND))
                .startsWith("/bin/sh", "-c")
                .endsWith("/jdk/bin/java", "-cp", "lib", "Client");
    }
}
