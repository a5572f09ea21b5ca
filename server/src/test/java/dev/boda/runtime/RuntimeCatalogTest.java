package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.SandboxSpec.Mount;
import dev.boda.sandbox.SandboxSpec.RootFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Interpreters are shell scripts that answer the probe, so that the test says which machine it is on.
class RuntimeCatalogTest {

    @TempDir
    Path machine;

    private Path clients;
    private Path bin;

    @BeforeEach
    void folders() throws IOException {
        clients = Files.createDirectory(machine.resolve("runtimes"));
        bin = Files.createDirectory(machine.resolve("bin"));
    }

    @Test
    void theInterpreterOfTheIdsOwnVersionRunsIt() throws Exception {
        interpreter(pyenv("3.50.2"), "python3.50", "3.50.2");
        var exact = interpreter(pyenv("3.12.1"), "python3.12", "3.12.1");

        var runtime = catalog(false, Map.of()).resolve("python3.12");

        assertThat(runtime.exact()).isTrue();
        assertThat(runtime.exactVersion()).isEqualTo("3.12.1");
        assertThat(runtime.command()).containsExactly(exact.toString(), "-s", "-B", "/var/runtime/bootstrap.py");
        assertThat(runtime.mounts()).containsExactly(new Mount(clients.resolve("python"), "/var/runtime", true));
        assertThat(runtime.environment())
                .containsEntry("PYTHONPATH", "/var/runtime")
                .containsEntry("PATH", exact.getParent() + ":/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
    }

    @Test
    void whereTheVersionIsMissingTheNearestRunsItAndSaysSo() throws Exception {
        var catalog = catalog(false, configured("python", "3.13.0", "python", "3.9.18"));

        assertThat(catalog.resolve("python3.14").exactVersion()).isEqualTo("3.13.0");
        assertThat(catalog.resolve("python3.14").exact()).isFalse();
        assertThat(catalog.resolve("python3.8").exactVersion()).isEqualTo("3.9.18");
        assertThat(catalog.resolve("python3.11").exactVersion())
                .as("of two as near, the newer")
                .isEqualTo("3.13.0");
    }

    @Test
    void ofTwoInterpretersOfAVersionTheFirstConfiguredRunsIt() throws Exception {
        var catalog = catalog(false, configured("python", "3.12.9", "python", "3.12.10"));

        assertThat(catalog.resolve("python3.12").exactVersion()).isEqualTo("3.12.9");
    }

    @Test
    void ofPyenvsVersionsTheNewestRunsIt() throws Exception {
        interpreter(pyenv("3.50.9"), "python3.50", "3.50.9");
        interpreter(pyenv("3.50.10"), "python3.50", "3.50.10");
        var found = scan(Map.of()).scan().found();

        assertThat(found).extracting(Interpreter::version).containsSubsequence("3.50.10", "3.50.9");
    }

    @Test
    void exactRuntimesRefuseTheNearestWithTheCommandThatHelps() throws Exception {
        Files.createDirectories(machine.resolve(".pyenv"));
        var catalog = catalog(true, configured("python", "3.13.0", "nodejs", "20.20.2"));

        assertThat(catalog.resolve("python3.13").exact()).isTrue();
        assertThatThrownBy(() -> catalog.resolve("python3.12"))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessage("Runtime python3.12 needs Python 3.12, and this machine has 3.13.0."
                        + " What brings it: pyenv install 3.12");
        assertThatThrownBy(() -> catalog.resolve("nodejs24.x")).hasMessageContaining("nvm install 24");
    }

    @Test
    void aLanguageWithoutAnyInterpreterIsRefused() {
        var catalog = catalog(false, Map.of("nodejs", List.of(machine.resolve("nowhere/node"))));

        assertThatThrownBy(() -> catalog.resolve("nodejs20.x"))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("this machine has no Node.js that can be used");
        assertThat(catalog.problems())
                .containsExactly("runtimes.nodejs: " + machine + "/nowhere/node did not run as a supported Node.js.");
    }

    @Test
    void aConfigurationForOneRuntimeCountsForItAlone() throws Exception {
        var own = interpreter(machine.resolve("own"), "python", "3.12.3");
        interpreter(pyenv("3.12.1"), "python3.12", "3.12.1");
        interpreter(pyenv("3.13.1"), "python3.13", "3.13.1");
        var catalog = catalog(false, Map.of("python3.12", List.of(own)));

        assertThat(catalog.resolve("python3.12").exactVersion()).isEqualTo("3.12.3");
        assertThat(catalog.resolve("python3.13").exactVersion()).isEqualTo("3.13.1");
    }

    @Test
    void aLanguageThatIsNotBuiltIsRefusedByName() {
        var catalog = catalog(false, Map.of());

        assertThatThrownBy(() -> catalog.resolve("go1.x"))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageStartingWith("Runtime go1.x is not supported by this version of Boda");
        assertThatThrownBy(() -> catalog.resolve("python2.7")).hasMessageContaining("not supported");
        assertThatThrownBy(() -> catalog.resolve("java8")).hasMessageContaining("not supported");
        assertThatThrownBy(() -> catalog.resolve("ruby2.7")).hasMessageContaining("not supported");
        assertThatThrownBy(() -> catalog.resolve("cobol85")).hasMessage("There is no runtime cobol85.");
    }

    @Test
    void anOsOnlyRuntimeNeedsNothingOfTheMachineAndStartsWhatTheFunctionBrings() throws Exception {
        for (var id : List.of("provided.al2", "provided.al2023")) {
            var runtime = catalog(true, Map.of()).resolve(id);

            assertThat(runtime.isOsOnly()).isTrue();
            assertThat(runtime.exact()).isTrue();
            assertThat(runtime.language() + "." + runtime.exactVersion()).isEqualTo(id);
            assertThat(runtime.mounts()).isEmpty();
            assertThat(runtime.environment()).isEmpty();
        }
    }

    @Test
    void nodeFindsModulesWhereAwsLooksForThem() throws Exception {
        var runtime = catalog(false, configured("nodejs", "20.20.2", "nodejs", "22.1.0"))
                .resolve("nodejs22.x");

        assertThat(runtime.command().getLast()).isEqualTo("/var/runtime/index.cjs");
        assertThat(runtime.environment())
                .containsEntry(
                        "NODE_PATH",
                        "/opt/nodejs/node22/node_modules:/opt/nodejs/node_modules"
                                + ":/var/runtime/node_modules:/var/runtime:/var/task");
    }

    @Test
    void rubyFindsGemsAndFilesWhereAwsLooksForThem() throws Exception {
        var runtime =
                catalog(false, configured("ruby", "3.1.7", "ruby", "3.4.5")).resolve("ruby3.3");

        assertThat(runtime.exact()).isFalse();
        assertThat(runtime.command()).hasSize(2).endsWith("/var/runtime/bootstrap.rb");
        assertThat(runtime.mounts()).containsExactly(new Mount(clients.resolve("ruby"), "/var/runtime", true));
        assertThat(runtime.environment())
                .containsEntry("GEM_PATH", "/var/task/vendor/bundle/ruby/3.3.0:/opt/ruby/gems/3.3.0")
                .containsEntry("RUBYLIB", "/var/task:/var/runtime/lib:/opt/ruby/lib");
    }

    @Test
    void ofRubiesBeforeTheNextMajorVersionTheNewestIsNearest() throws Exception {
        var catalog = catalog(false, configured("ruby", "3.1.7", "ruby", "3.4.5"));

        assertThat(catalog.resolve("ruby4.0").exactVersion()).isEqualTo("3.4.5");
        assertThat(catalog.resolve("ruby3.2").exactVersion()).isEqualTo("3.1.7");
    }

    @Test
    void rbenvsRubiesAreFoundAndWhatBringsAnotherIsSaid() throws Exception {
        interpreter(machine.resolve(".rbenv/versions/3.4.9/bin"), "ruby", "3.4.9");
        interpreter(machine.resolve(".rbenv/shims"), "ruby", "3.3.1");
        var catalog = catalog(true, Map.of());

        assertThat(catalog.resolve("ruby3.4").exactVersion()).isEqualTo("3.4.9");
        assertThatThrownBy(() -> catalog.resolve("ruby3.3"))
                .hasMessageStartingWith("Runtime ruby3.3 needs Ruby 3.3, and this machine has ")
                .hasMessageEndingWith(" What brings it: rbenv install $(rbenv install --list | grep ^3.3.)");
    }

    @Test
    void theOffersNameEveryRuntimeThatCanRunAndWhatBringsTheOthers() throws Exception {
        var interpreters = new HashMap<>(configured("python", "3.13.0", "nodejs", "20.20.2"));
        interpreters.put("java", List.of(java("17.0.15", "17")));
        var offers = catalog(false, interpreters).offers();

        assertThat(offers)
                .extracting(RuntimeOffer::id)
                .containsExactly(
                        "nodejs18.x",
                        "nodejs20.x",
                        "nodejs22.x",
                        "nodejs24.x",
                        "python3.8",
                        "python3.9",
                        "python3.10",
                        "python3.11",
                        "python3.12",
                        "python3.13",
                        "python3.14",
                        "java8.al2",
                        "java8.al2023",
                        "java11",
                        "java11.al2023",
                        "java17",
                        "java17.al2023",
                        "java21",
                        "java25",
                        "ruby3.2",
                        "ruby3.3",
                        "ruby3.4",
                        "ruby4.0");
        assertThat(offers)
                .filteredOn(RuntimeOffer::exact)
                .extracting(RuntimeOffer::id)
                .containsExactly("nodejs20.x", "python3.13", "java17", "java17.al2023");
        assertThat(offers)
                .filteredOn(offer -> !offer.exact())
                .allMatch(offer -> !offer.remedy().isEmpty());
    }

    @Test
    void aNewerJavaStandsInForAnOlderOneAndNeverTheOtherWayAround() throws Exception {
        var catalog = catalog(false, Map.of("java", List.of(java("1.8.0_402", "8"), java("17.0.15", "17"))));

        assertThat(catalog.resolve("java8.al2").exactVersion()).isEqualTo("8.0.402");
        assertThat(catalog.resolve("java8.al2").exact()).isTrue();
        assertThat(catalog.resolve("java11").exactVersion()).isEqualTo("17.0.15");
        assertThat(catalog.resolve("java11").exact()).isFalse();
        assertThat(catalog.resolve("java17.al2023").exact()).isTrue();
        assertThatThrownBy(() -> catalog.resolve("java21"))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessage("Runtime java21 needs Java 21, and this machine has 8.0.402, 17.0.15. What brings it:"
                        + " apt-get install openjdk-21-jre-headless where the distribution has it, else Amazon"
                        + " Corretto 21 (https://aws.amazon.com/corretto), unpacked into a folder of /usr/lib/jvm");
    }

    @Test
    void javaRunsAwssClientWithItsWholeFolder() throws Exception {
        var program = java("21.0.5", "21");
        var runtime = catalog(false, Map.of("java21", List.of(program))).resolve("java21");

        assertThat(runtime.command())
                .startsWith(program.toString())
                .endsWith("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
        assertThat(runtime.mounts())
                .containsExactly(new Mount(clients.resolve("java/target/runtime"), "/var/runtime", true));
        assertThat(runtime.root())
                .isEqualTo(new RootFileSystem.Host(
                        List.of(machine.resolve("jvm/21").toRealPath())));
        assertThat(runtime.commandWith(Map.of("_HANDLER", "example.Handler")))
                .startsWith(program.toString(), "-XX:MaxHeapSize=111411k")
                .endsWith("com.amazonaws.services.lambda.runtime.api.client.AWSLambda", "example.Handler");
    }

    private RuntimeCatalog catalog(boolean exactOnly, Map<String, List<Path>> configured) {
        var catalog = new RuntimeCatalog(
                scan(configured), new PinnedSdks(machine.resolve("pins"), machine.resolve("sdks")), exactOnly);
        catalog.start();
        return catalog;
    }

    private InterpreterScan scan(Map<String, List<Path>> configured) {
        return new InterpreterScan(
                configured, clients, machine.resolve("data/interpreters"), Map.of("PATH", bin.toString()), machine);
    }

    private Map<String, List<Path>> configured(String key, String version, String otherKey, String otherVersion)
            throws IOException {
        var one = interpreter(machine.resolve(version), "interpreter", version);
        var other = interpreter(machine.resolve(otherVersion), "interpreter", otherVersion);
        return key.equals(otherKey)
                ? Map.of(key, List.of(one, other))
                : Map.of(key, List.of(one), otherKey, List.of(other));
    }

    private Path pyenv(String version) {
        return machine.resolve(".pyenv/versions/" + version + "/bin");
    }

    private Path java(String version, String folder) throws IOException {
        return java(machine.resolve("jvm").resolve(folder), version);
    }

    static Path java(Path home, String version) throws IOException {
        var program = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(
                program,
                "#!/bin/sh\necho '    java.home = " + home.toRealPath() + "' >&2\n" + "echo '    java.version = "
                        + version + "' >&2\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program.toRealPath();
    }

    static Path interpreter(Path folder, String name, String version) throws IOException {
        var program = Files.createDirectories(folder).resolve(name);
        Files.writeString(program, "#!/bin/sh\necho " + version + "\necho " + program + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program.toRealPath();
    }
}
