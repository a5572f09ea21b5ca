package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class OrderTest {

    private static Order order(String... arguments) {
        var command = new CommandLine(Main.spec());
        return Order.of(command, command.parseArgs(arguments));
    }

    @Test
    void whatIsNotSaidIsTheUsual() {
        assertThat(order().set()).isEqualTo(BenchSet.DEFAULT);
        assertThat(order().rounds()).isEqualTo(3);
        assertThat(order().seconds()).isEqualTo(1.3);
        assertThat(order("smoke").rounds()).isEqualTo(1);
        assertThat(order("warm", "--rounds", "2", "--seconds", ".5").seconds()).isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds, 0, whole number",
        "--rounds, -1, whole number",
        "--rounds, x, whole number",
        "--seconds, 0, above 0",
        "--seconds, -1, above 0",
        "--seconds, NaN, above 0",
        "--seconds, 1e9, at most 600",
        "--json, /nope/x.json, there is no folder /nope",
        "--json, /, is a folder",
    })
    void whatCannotBeMeasuredIsRefused(String option, String value, String said) {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> order("warm", option, value))
                .withMessageContaining(option)
                .withMessageContaining(said);
    }

    @Test
    void rowsOfASetWithoutRowsCannotBeChosen() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> order("logs", "--only", "nodejs"))
                .withMessageContaining("no rows");
    }

    @Test
    void aFileThatIsNotThereYetCanBeWritten(@TempDir Path folder) {
        var file = folder.resolve("bench.json");
        assertThat(order("--json", file.toString()).json()).contains(file);
    }

    @Test
    void helpFitsItsLines() {
        var usage = new CommandLine(Main.spec()).getUsageMessage();
        assertThat(usage.substring(usage.indexOf("Sets:")).lines().skip(1))
                .hasSize(BenchSet.values().length)
                .allMatch(line -> line.startsWith("  "));
    }
}
