package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaHomeTest {

    @TempDir
    Path home;

    @ParameterizedTest
    @CsvSource({"1.8.0_402, 8.0.402", "11.0.2, 11.0.2", "17.0.15, 17.0.15", "25, 25.0.0", "26-ea, 26.0.0"})
    void theVersionIsToldInThreeNumbers(String told, String version) {
        assertThat(JavaHome.told(List.of("Property settings:", "    java.home = /jvm", "    java.version = " + told)))
                .containsExactly(version, "/jvm/bin/java");
    }

    @Test
    void whatTellsNoHomeOrNoVersionIsNoJvm() {
        assertThat(JavaHome.told(List.of("java.version.date = 2025-01-01", "    java.home = /jvm")))
                .isEmpty();
        assertThat(JavaHome.told(List.of("    java.version = 17.0.1"))).isEmpty();
    }

    @Test
    void itsFolderBelongsToItAndNothingOfTheMachineThatItLinksTo() throws Exception {
        Files.createDirectories(home.resolve("lib/security"));
        Files.createSymbolicLink(home.resolve("lib/security/java.security"), Path.of("/etc/passwd"));

        assertThat(JavaHome.folders(home.resolve("bin/java"))).containsExactly(home);
    }
}
