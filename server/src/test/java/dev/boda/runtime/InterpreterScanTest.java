package dev.boda.runtime;

import static dev.boda.runtime.RuntimeCatalogTest.interpreter;
import static dev.boda.runtime.RuntimeCatalogTest.java;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpreterScanTest {

    @TempDir
    Path machine;

    @Test
    void interpretersOfPathPyenvAndNvmAreFoundEachOnce() throws Exception {
        var ofPath = interpreter(machine.resolve("bin"), "python3.41", "3.41.1");
        Files.createSymbolicLink(machine.resolve("bin/python3"), ofPath);
        interpreter(machine.resolve(".pyenv/versions/3.42.2/bin"), "python3.42", "3.42.2");
        interpreter(machine.resolve(".nvm/versions/node/v43.3.3/bin"), "node", "43.3.3");

        assertThat(foundHere()).containsExactlyInAnyOrder("3.41.1", "3.42.2", "43.3.3");
    }

    @Test
    void jvmsOfPathSdkmanAndJavaHomeAreFoundEachOnce() throws Exception {
        java(machine.resolve(".sdkman/candidates/java/41.0.1-tem"), "41.0.1");
        java(machine.resolve("own"), "42");
        var ofPath = java(machine.resolve("jdk8"), "1.8.0_402");
        Files.createSymbolicLink(Files.createDirectories(machine.resolve("bin")).resolve("java"), ofPath);
        var environment = Map.of(
                "PATH", machine.resolve("bin").toString(),
                "JAVA_HOME", machine.resolve("own").toString());

        assertThat(found(environment)).containsExactlyInAnyOrder("41.0.1", "42.0.0", "8.0.402");
    }

    @Test
    void aProgramThatFailsOrTellsNoVersionIsNoInterpreter() throws Exception {
        script("python3.41", "exit 127");
        script("python3.42", "echo hello; echo there");
        script("python3.43", "echo 3.7.16; echo $0");
        script("node", "echo 16.20.0; echo $0");
        script("java", "echo '    java.version = 17.0.1'");

        assertThat(foundHere()).isEmpty();
    }

    @Test
    void whatIsTooOldByNameIsNotRun() throws Exception {
        var ran = machine.resolve("ran");
        Files.createSymbolicLink(
                Files.createDirectories(machine.resolve("bin")).resolve("python3"),
                script("python3.7", "touch " + ran));

        assertThat(foundHere()).isEmpty();
        assertThat(ran).doesNotExist();
    }

    @Test
    void pyenvsShimsAreNotRun() throws Exception {
        var ran = machine.resolve("ran");
        var shims = Files.createDirectories(machine.resolve(".pyenv/shims"));
        var shim = shims.resolve("python3.41");
        Files.writeString(shim, "#!/bin/sh\ntouch " + ran + "\n");
        assertThat(shim.toFile().setExecutable(true)).isTrue();

        scan(Map.of("PATH", shims.toString())).scan();

        assertThat(ran).doesNotExist();
    }

    @Test
    void anInterpreterRunsOnceUntilItChanges() throws Exception {
        var runs = machine.resolve("runs");
        var program = script("python3.41", "echo x >> " + runs + "; echo 3.41.1; echo $0");

        foundHere();
        assertThat(foundHere()).containsExactly("3.41.1");
        assertThat(Files.readAllLines(runs)).hasSize(1);

        Files.writeString(program, "#!/bin/sh\necho 3.41.25; echo $0\n");
        assertThat(foundHere()).containsExactly("3.41.25");
    }

    @Test
    void aProgramThatOnlyLeadsToAnInterpreterIsAskedEveryTime() throws Exception {
        var runs = machine.resolve("runs");
        var real = interpreter(machine.resolve("elsewhere"), "real", "3.41.1");
        script("python3.41", "echo x >> " + runs + "; exec " + real);

        foundHere();
        foundHere();

        assertThat(Files.readAllLines(runs)).hasSize(2);
    }

    @Test
    void aDamagedCacheIsReplaced() throws Exception {
        script("python3.41", "echo 3.41.1; echo $0");
        Files.createDirectories(cache().getParent());
        Files.writeString(cache(), "boda interpreters 1\nnonsense\n\t\t\t\n");

        assertThat(foundHere()).containsExactly("3.41.1");
        assertThat(Files.readString(cache())).contains("3.41.1");
    }

    /// The versions found in the test's own folders; the machine's real interpreters are beside them.
    private List<String> foundHere() throws InterruptedException {
        return found(Map.of("PATH", machine.resolve("bin").toString()));
    }

    private List<String> found(Map<String, String> environment) throws InterruptedException {
        return scan(environment).scan().found().stream()
                .filter(found -> found.path().startsWith(machine))
                .map(Interpreter::version)
                .toList();
    }

    private InterpreterScan scan(Map<String, String> environment) {
        return new InterpreterScan(Map.of(), machine.resolve("runtimes"), cache(), environment, machine);
    }

    private Path cache() {
        return machine.resolve("data/interpreters");
    }

    private Path script(String name, String commands) throws IOException {
        var program = Files.createDirectories(machine.resolve("bin")).resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + commands + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }
}
