package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.Config.ConfigException;
import dev.boda.telemetry.LogLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @TempDir
    private Path folder;

    private Config config(Map<Setting, String> options, Map<String, String> variables, @Nullable Path file) {
        return new Settings(options, variables).config(folder, file);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("settings.json"), json);
    }

    @Test
    void whatNobodySetsHasItsDefault() {
        var config = config(Map.of(), Map.of("HOME", folder.toString()), null);

        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(4566);
        assertThat(config.dataDirectory()).isEqualTo(folder.resolve(".boda"));
        assertThat(config.account()).isEqualTo("000000000000");
        assertThat(config.exactRuntimes()).isFalse();
        assertThat(config.limits().codeStorageBytes()).isEqualTo(75L << 30);
        assertThat(config.limits().logs().storedBytes()).isEqualTo(10L << 30);
        assertThat(config.limits().logs().functionBytesPerSecond()).isZero();
        assertThat(config.guard().requireCredentials()).isFalse();
        assertThat(config.limits().concurrency()).isEqualTo(new Config.Concurrency(1_000, 100, false, false));
    }

    @Test
    void functionUrlsEndAsOneSays() {
        assertThat(config(Map.of(), Map.of(), null).functionUrlSuffix()).isEqualTo("localhost.localstack.cloud");
        assertThat(config(Map.of(Setting.FUNCTION_URL_SUFFIX, "Functions.example"), Map.of(), null)
                        .functionUrlSuffix())
                .isEqualTo("functions.example");
        var tooLong = "a.".repeat(90) + "a";
        assertThatThrownBy(() -> config(Map.of(Setting.FUNCTION_URL_SUFFIX, tooLong), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at most 180 characters");
    }

    @Test
    void foldersOfCodeAreNamedAsTheyAreWritten() throws IOException {
        assertThat(config(Map.of(), Map.of(), null).hotReload()).isEmpty();
        assertThat(config(Map.of(Setting.HOT_RELOAD, "/Src,/other/../Lib"), Map.of(), null)
                        .hotReload())
                .containsExactly(Path.of("/Src"), Path.of("/Lib"));
        var file = file("""
                {"hot-reload": ["~/a", "b"]}""");
        assertThat(config(Map.of(), Map.of("HOME", "/home/me"), file).hotReload())
                .containsExactly(Path.of("/home/me/a"), Path.of("b").toAbsolutePath());
        assertThat(config(Map.of(), Map.of("BODA_HOT_RELOAD", "/c"), file).hotReload())
                .containsExactly(Path.of("/c"));
    }

    @Test
    void concurrencyIsLimitedAsOneSays() throws IOException {
        var file = file("""
                {"unreserved-minimum": 0, "aws-rate-limit": true, "aws-stream-rate": true}""");
        assertThat(config(Map.of(Setting.CONCURRENT_EXECUTIONS, "20"), Map.of(), file)
                        .limits()
                        .concurrency())
                .isEqualTo(new Config.Concurrency(20, 0, true, true));
        var variables = Map.of("BODA_UNRESERVED_MINIMUM", "9", "BODA_AWS_RATE_LIMIT", "false");
        assertThat(config(Map.of(), variables, file).limits().concurrency())
                .isEqualTo(new Config.Concurrency(1_000, 9, false, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1000001", "many", "1.5"})
    void aLimitOfConcurrencyThatIsNoneStopsTheStart(String text) {
        assertThatThrownBy(() -> config(Map.of(Setting.CONCURRENT_EXECUTIONS, text), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("concurrent-executions");
    }

    @Test
    void anOptionGoesBeforeAVariableAndThatBeforeTheFile() throws IOException {
        var file = file("""
                {"region": "eu-west-1", "account": "111111111111", "port": 1, "exact-runtimes": true}""");
        var variables = Map.of("BODA_REGION", "eu-west-2", "BODA_ACCOUNT", "222222222222");

        var config = config(Map.of(Setting.REGION, "eu-west-3"), variables, file);

        assertThat(config.region()).isEqualTo("eu-west-3");
        assertThat(config.account()).isEqualTo("222222222222");
        assertThat(config.port()).isEqualTo(1);
        assertThat(config.exactRuntimes()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500MB, 524288000", "75GB, 80530636800", "1 tb, 1099511627776", "75KB, 76800", "0MB, 0"})
    void aSizeHasAUnit(String text, long bytes) {
        var config = config(Map.of(Setting.CODE_STORAGE, text), Map.of(), null);
        assertThat(config.limits().codeStorageBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"75", "GB", "1.5GB", "-1GB", "9999999GB", "75K"})
    void anotherSizeStopsTheStart(String text) {
        assertThatThrownBy(() -> config(Map.of(Setting.CODE_STORAGE, text), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("code-storage is a whole number of KB, MB, GB or TB, 500MB or 75GB, not");
    }

    @Test
    void accessIsLoggedWhereAskedFor() {
        assertThat(config(Map.of(), Map.of(), null).logAccess()).isFalse();
        assertThat(config(Map.of(), Map.of("BODA_LOG_ACCESS", "1"), null).logAccess())
                .isTrue();
        assertThat(config(Map.of(Setting.LOG_ACCESS, "true"), Map.of(), null).logAccess())
                .isTrue();
    }

    @Test
    void whatFunctionsReachIsSetOneByOne() throws IOException {
        assertThat(config(Map.of(), Map.of(), null).isolation())
                .isEqualTo(new Config.Isolation(false, false, false, false));
        assertThat(config(Map.of(Setting.REQUIRE_ISOLATION, "true"), Map.of(), null)
                        .isolation())
                .isEqualTo(new Config.Isolation(true, false, false, false));
        assertThat(config(Map.of(Setting.PLAIN_PROCESSES, "true"), Map.of(), null)
                        .isolation())
                .isEqualTo(new Config.Isolation(false, true, false, false));
        assertThat(config(Map.of(), Map.of("BODA_ALLOW_AWS", "true"), null).isolation())
                .isEqualTo(new Config.Isolation(false, false, true, false));
        assertThat(config(Map.of(), Map.of(), file("{\"refuse-private-networks\": true}"))
                        .isolation())
                .isEqualTo(new Config.Isolation(false, false, false, true));
    }

    @Test
    void logsHaveALimitInAllAndNoneOfAFunctionUnlessSet() {
        var usual = config(Map.of(), Map.of(), null).limits().logs();
        var set = config(Map.of(Setting.LOG_STORAGE, "500MB", Setting.FUNCTION_LOG_RATE, "20KB"), Map.of(), null)
                .limits()
                .logs();

        assertThat(usual).isEqualTo(LogLimits.DEFAULT);
        assertThat(set).isEqualTo(new LogLimits(500L << 20, 20L << 10));
        assertThatThrownBy(() -> config(Map.of(Setting.LOG_STORAGE, "100KB"), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The setting log-storage is at least 1MB.");
    }

    @Test
    void theFileInTheDataDirectoryIsReadUnasked() throws IOException {
        Files.writeString(folder.resolve("boda.json"), "{\"port\": 7}");

        assertThat(config(Map.of(Setting.DATA_DIR, folder.toString()), Map.of(), null)
                        .port())
                .isEqualTo(7);
    }

    @Test
    void interpretersComeOneOrSeveralForAnIdOrLanguage() throws IOException {
        var file = file("""
                {"runtimes": {"python3.12": "/opt/python", "nodejs": ["/opt/node", "/usr/bin/node"]}}""");

        assertThat(config(Map.of(), Map.of(), file).interpreters())
                .isEqualTo(Map.of(
                        "python3.12",
                        List.of(Path.of("/opt/python")),
                        "nodejs",
                        List.of(Path.of("/opt/node"), Path.of("/usr/bin/node"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"prot": 1}                     | unknown key 'prot'
            [1]                             | not a JSON object
            {"port": 1                      | no JSON in line 1
            {"port": "x"}                   | The port is a number
            {"port": 65536}                 | 0 to 65535
            {"account": "12"}               | 12 digits
            {"region": "Mars"}              | looks like us-east-1
            {"log-level": "loud"}           | error, warn, info, debug and trace
            {"exact-runtimes": "perhaps"}   | true or false
            {"allow-origin": "app.example"} | looks like https://app.example:8443
            {"allow-origin": "*"}           | looks like https://app.example:8443
            {"allow-origin": "http://a/b"}  | without a path
            {"function-log-rate": "0KB"}    | at least 1KB, or none
            {"allow-host": "a:80"}          | without a port
            {"function-url-suffix": ""}     | is a host name of at most 180 characters such as functions.example
            {"function-url-suffix": "a:80"} | without a port, not 'a:80'
            {"function-url-suffix": ".a"}   | without a port, not '.a'
            {"function-url-suffix": "a_b"}  | without a port, not 'a_b'
            {"insecure": "perhaps"}         | true or false
            {"allow-aws": "sometimes"}      | The setting allow-aws is true or false, not 'sometimes'
            {"require-isolation": "yes"}    | The setting require-isolation is true or false
            {"refuse-private-networks": 2}  | The setting refuse-private-networks is true or false
            {"runtimes": {"nodejs": [1]}}   | is no path
            {"runtimes": "python3"}         | runtime id or language
            """)
    void aWrongFileIsRefusedInASentence(String json, String said) throws IOException {
        var file = file(json);

        assertThatThrownBy(() -> config(Map.of(), Map.of(), file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(said);
    }

    @Test
    void withoutAHomeTheDataIsStillTheUsers() {
        assertThat(config(Map.of(), Map.of("HOME", ""), null).dataDirectory())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".boda"));
    }

    @Test
    void aDataDirectoryWithoutANameIsRefused() {
        assertThatThrownBy(() -> config(Map.of(Setting.DATA_DIR, ""), Map.of(), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no name");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> config(Map.of(), Map.of(), folder.resolve("nothing.json")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("There is no configuration file");
    }

    @Test
    void nobodyIsLetInUnasked() {
        var guard = config(Map.of(), Map.of(), null).guard();

        assertThat(guard).isEqualTo(new Config.Guard(false, false, Set.of(), Set.of()));
    }

    @Test
    void originsAndHostsComeBetweenCommasOrAsAList() throws IOException {
        var file = file("""
                {"allow-origin": ["http://A.example", "https://b.example:1"], "require-credentials": true}""");

        var config = config(Map.of(), Map.of("BODA_ALLOW_HOST", "one.lan, Two.lan", "BODA_INSECURE", "1"), file);

        assertThat(config.guard())
                .isEqualTo(new Config.Guard(
                        true, true, Set.of("http://a.example", "https://b.example:1"), Set.of("one.lan", "two.lan")));
        assertThat(config.hostNames()).contains("one.lan", "two.lan", "127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, false", "localhost, false", "::1, false", "0.0.0.0, true", "::, true", "192.0.2.1, true"})
    void whatOtherMachinesReachIsKnown(String host, boolean beyond) {
        assertThat(config(Map.of(Setting.HOST, host), Map.of(), null).beyondThisMachine())
                .isEqualTo(beyond);
    }

    @Test
    void aVariableThatIsNoSettingIsRefused() {
        assertThatThrownBy(() -> config(Map.of(), Map.of("BODA_PROT", "1"), null))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("BODA_PROT")
                .hasMessageContaining("BODA_PORT");
    }

    @Test
    void theNumberOfEnvironmentsIsOneOrLeftToTheMemory() {
        var variables = Map.of("HOME", folder.toString());
        assertThat(config(Map.of(), variables, null).limits().environments().most())
                .isEmpty();
        assertThat(config(Map.of(Setting.MAX_ENVIRONMENTS, "7"), variables, null)
                        .limits()
                        .environments()
                        .most())
                .hasValue(7);
        for (var wrong : List.of("0", "-1", "many")) {
            assertThatThrownBy(() -> config(Map.of(Setting.MAX_ENVIRONMENTS, wrong), variables, null))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("environment");
        }
    }

    @Test
    void theMemoryOfAllEnvironmentsIsASizeOrLeftToTheMachine() {
        assertThat(environments(Setting.ENVIRONMENT_MEMORY, "auto").memoryBytes())
                .isEmpty();
        assertThat(environments(Setting.ENVIRONMENT_MEMORY, "2GB").memoryBytes())
                .hasValue(2L << 30);
        for (var wrong : List.of("much", "1MB", "-1GB")) {
            assertThatThrownBy(() -> environments(Setting.ENVIRONMENT_MEMORY, wrong))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("MB");
        }
    }

    @Test
    void environmentsLiveForMinutesOrHours() {
        assertThat(environments(Setting.ENVIRONMENT_LIFETIME, "90s").lifetime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(environments(Setting.ENVIRONMENT_LIFETIME, "45m").lifetime()).isEqualTo(Duration.ofMinutes(45));
        assertThat(environments(Setting.ENVIRONMENT_LIFETIME, "8h").lifetime()).isEqualTo(Duration.ofHours(8));
        for (var wrong : List.of("2", "0m", "9h", "59s", "a while")) {
            assertThatThrownBy(() -> environments(Setting.ENVIRONMENT_LIFETIME, wrong))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageMatching(".*(2h|8h).*");
        }
    }

    private Config.Environments environments(Setting setting, String value) {
        return config(Map.of(setting, value), Map.of("HOME", folder.toString()), null)
                .limits()
                .environments();
    }
}
