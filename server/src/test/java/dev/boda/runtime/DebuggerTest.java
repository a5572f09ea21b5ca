package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.runtime.Debugger.Listening;
import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DebuggerTest {

    private static final Runtimes NOTHING = _ -> {
        throw new RuntimeUnavailableException("none");
    };

    private static Runtime runtime(String language, String version, List<String> command) {
        return new Runtime(
                language + "1",
                language,
                version,
                true,
                new RootFileSystem.Host(List.of()),
                List.of(),
                command,
                Map.of("PATH", "/bin"));
    }

    @ParameterizedTest
    @CsvSource({
        "22.11.0, false, --inspect",
        "22.11.0, true, --inspect-wait",
        "24.0.0, true, --inspect-wait",
        "22.1.0, true, --inspect-brk",
        "20.20.2, true, --inspect-brk"
    })
    void nodejsListensByAnOptionBeforeItsProgram(String version, boolean waits, String option) throws Exception {
        var runtime = runtime("nodejs", version, List.of("/usr/bin/node", "/var/runtime/index.cjs"));
        assertThat(NOTHING.debugged(runtime, new Listening(9229, waits)).command())
                .containsExactly("/usr/bin/node", option + "=127.0.0.1:9229", "/var/runtime/index.cjs");
    }

    @Test
    void javaListensByItsAgent() throws Exception {
        var runtime = runtime("java", "25.0.3", List.of("/usr/bin/java", "-classpath", "x", "Main"));
        assertThat(NOTHING.debugged(runtime, new Listening(5005, true))
                        .command()
                        .get(1))
                .isEqualTo("-agentlib:jdwp=transport=dt_socket,server=y,quiet=y,suspend=y,address=127.0.0.1:5005");
    }

    @Test
    void pythonsClientIsToldWhereToListenAndWhereDebugpyIs() throws Exception {
        var runtime = runtime("python", "3.12.1", List.of("/usr/bin/python3", "/var/runtime/bootstrap.py"));
        Runtimes withDebugpy = new Runtimes() {
            @Override
            public Runtime resolve(String id) {
                return runtime;
            }

            @Override
            public Optional<Path> debuggerPackages(Runtime its) {
                return Optional.of(Path.of("/cache/debugpy"));
            }
        };
        var debugged = withDebugpy.debugged(runtime, new Listening(5678, true));
        assertThat(debugged.environment())
                .containsEntry("_BODA_DEBUGGER", "127.0.0.1:5678,wait")
                .containsEntry("_BODA_DEBUGPY", "/var/boda-debugger")
                .containsEntry("PATH", "/bin");
        assertThat(debugged.mounts()).containsExactly(new Mount(Path.of("/cache/debugpy"), "/var/boda-debugger", true));
        var own = NOTHING.debugged(runtime, new Listening(5678, false));
        assertThat(own.environment())
                .containsEntry("_BODA_DEBUGGER", "127.0.0.1:5678")
                .doesNotContainKey("_BODA_DEBUGPY");
    }

    @Test
    void whatHasNoDebuggerIsRefusedByName() {
        assertThatThrownBy(() -> NOTHING.debugged(runtime("ruby", "3.3.0", List.of("ruby")), new Listening(1, false)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageStartingWith("Functions of ruby1 cannot be debugged by Boda");
        assertThatThrownBy(() -> NOTHING.debugged(runtime("provided", "al2023", List.of()), new Listening(1, false)))
                .hasMessageContaining("a program of its own");
    }
}
