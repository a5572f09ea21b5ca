package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.SandboxSpec.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedSdksTest {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final String ASK_THE_SCRIPT = """
            import sys
            from pathlib import Path
            sys.path.insert(0, sys.argv[1])
            import sdks
            for sdk, pins in sdks.all_pins(Path(sys.argv[2])).items():
                print(sdks.folder_name(sdk, pins))
            """;

    @TempDir
    Path machine;

    private Path pins;
    private Path folders;

    @BeforeEach
    void pin() throws IOException {
        pins = Files.createDirectory(machine.resolve("pins"));
        folders = Files.createDirectory(machine.resolve("folders"));
        Files.writeString(pins.resolve("python3.8.txt"), "boto3==1.37.1 \\\n    --hash=sha256:00\n");
        Files.writeString(pins.resolve("python3.10.txt"), "boto3==1.44.5 \\\n    --hash=sha256:00\n");
        Files.createDirectory(pins.resolve("nodejs18"));
        Files.writeString(pins.resolve("nodejs18/package-lock.json"), "{\"@aws-sdk/client-lambda\": \"3.967.0\"}");
    }

    @Test
    void anInterpreterGetsTheNewestThatIsForIt() throws Exception {
        bring("python3.8", "python3.10");
        var catalog = catalog(Map.of(
                "python3.8", List.of(interpreter("3.8.18")),
                "python3.9", List.of(interpreter("3.9.18")),
                "python3.13", List.of(interpreter("3.13.0"))));

        assertThat(catalog.resolve("python3.8").mounts()).contains(python("python3.8"));
        assertThat(catalog.resolve("python3.9").mounts()).contains(python("python3.8"));
        assertThat(catalog.resolve("python3.13").mounts()).contains(python("python3.10"));
    }

    @Test
    void pythonIsToldWhereItIsByAnArgumentAndItsChildrenByAVariable() throws Exception {
        bring("python3.10");
        var runtime = catalog(Map.of("python", List.of(interpreter("3.12.1")))).resolve("python3.11");

        assertThat(runtime.command()).endsWith("/var/runtime/bootstrap.py");
        assertThat(runtime.environment()).containsEntry("_BODA_SDK", "/var/lang/lib/python3.12/site-packages");
        assertThat(runtime.environment())
                .containsEntry("PYTHONPATH", "/var/runtime:/var/lang/lib/python3.12/site-packages");
    }

    @Test
    void nodeFindsItWhereAwsHasIt() throws Exception {
        bring("nodejs18");
        var runtime = catalog(Map.of("nodejs", List.of(interpreter("20.20.2")))).resolve("nodejs20.x");

        assertThat(runtime.mounts())
                .containsExactly(
                        new Mount(machine.resolve("clients/nodejs"), "/var/runtime", true),
                        new Mount(sdk("nodejs18").folder().resolve("node_modules"), "/var/runtime/node_modules", true));
        assertThat(runtime.command()).endsWith("/var/runtime/index.cjs");
    }

    @Test
    void oneThatIsBroughtLaterIsFoundByTheNextColdStart() throws Exception {
        var catalog = catalog(Map.of("python", List.of(interpreter("3.12.1"))));
        var before = catalog.resolve("python3.12");
        bring("python3.10");

        assertThat(before.mounts()).hasSize(1);
        assertThat(before.environment()).doesNotContainKey("_BODA_SDK");
        assertThat(before.environment()).containsEntry("PYTHONPATH", "/var/runtime");
        assertThat(catalog.resolve("python3.12").mounts()).contains(python("python3.10"));
    }

    @Test
    void otherPinsAreAnotherFolder() throws Exception {
        var before = sdk("python3.10");
        Files.writeString(pins.resolve("python3.10.txt"), "boto3==1.44.5 \\\n    --hash=sha256:01\n");

        assertThat(sdk("python3.10").release()).isEqualTo(before.release()).isEqualTo("boto3 1.44.5");
        assertThat(sdk("python3.10").folder()).isNotEqualTo(before.folder());
    }

    @Test
    void pinsWithoutAnSdkAreRefused() throws Exception {
        Files.writeString(pins.resolve("python3.10.txt"), "requests==2.0\n");

        assertThatThrownBy(() -> new PinnedSdks(pins, folders).read())
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage(pins.resolve("python3.10.txt") + " pins no boto3");
    }

    /// The script that brings them and the server that looks for them read the same files.
    @Test
    void theFoldersAreCalledAsTheScriptCallsThem() throws Exception {
        var script = new ProcessBuilder(
                        "python3",
                        "-c",
                        ASK_THE_SCRIPT,
                        REPOSITORY.resolve("tools").toString(),
                        REPOSITORY.resolve("runtimes/sdks").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var names = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines();

        assertThat(new PinnedSdks(REPOSITORY.resolve("runtimes/sdks"), folders).read())
                .extracting(sdk -> sdk.folder().getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(names.toList())
                .hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void everyRuntimeOfPythonAndNodeHasAnSdk() {
        var pinned = new PinnedSdks(REPOSITORY.resolve("runtimes/sdks"), folders).read();

        for (var language : List.of(Language.PYTHON, Language.NODEJS)) {
            for (var known : KnownRuntime.all()) {
                if (known.language().equals(language.id())
                        && language.isSupported(language.versionOf(known.version()))) {
                    assertThat(pinned)
                            .as(known.id())
                            .anyMatch(sdk -> sdk.isFor(language, language.versionOf(known.version())));
                }
            }
        }
    }

    private RuntimeCatalog catalog(Map<String, List<Path>> configured) {
        var scan = new InterpreterScan(
                configured, machine.resolve("clients"), machine.resolve("interpreters"), Map.of(), machine);
        var catalog = new RuntimeCatalog(scan, new PinnedSdks(pins, folders), false);
        catalog.start();
        return catalog;
    }

    private Path interpreter(String version) throws IOException {
        return RuntimeCatalogTest.interpreter(machine.resolve(version), "interpreter", version);
    }

    private void bring(String... ids) throws IOException {
        for (var id : ids) {
            Files.createDirectory(sdk(id).folder());
        }
    }

    private Mount python(String id) {
        return new Mount(sdk(id).folder(), "/var/lang", true);
    }

    private PinnedSdk sdk(String id) {
        return new PinnedSdks(pins, folders)
                .read().stream().filter(sdk -> sdk.id().equals(id)).findFirst().orElseThrow();
    }
}
