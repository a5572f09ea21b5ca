package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.Config.ConfigException;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.Identity;
import dev.boda.sandbox.SandboxSpec.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SandboxChoiceTest {

    /// A kind that starts nothing.
    private record Kind(Network network, Identity identity) implements SandboxProvider {

        @Override
        public Sandbox start(SandboxSpec spec, Output output) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> guarantees() {
            return List.of("Network: a test's.", "The last word.");
        }
    }

    private static void check(Config.Isolation asked, Network network, Identity identity) {
        new SandboxChoice(new Kind(network, identity), "plain processes", Optional.of("for a test"), asked)
                .require(asked);
    }

    @ParameterizedTest
    @CsvSource({"HOST, SERVER", "HOST, UNPRIVILEGED", "NONE, SERVER"})
    void isolationThatIsRequiredAndCannotBeHadStopsTheStart(Network network, Identity identity) {
        assertThatThrownBy(() -> check(new Config.Isolation(true, false, false, false), network, identity))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "plain processes here (for a test), which --require-isolation does not let start");
        assertThatCode(() -> check(new Config.Isolation(false, false, true, false), network, identity))
                .doesNotThrowAnyException();
    }

    @Test
    void plainProcessesThatAreAskedForAreSaidToBeSo(@TempDir Path folder) throws IOException {
        var asked = new Config.Isolation(false, true, false, false);

        try (var choice = SandboxChoice.start(folder, 4566, 1L << 30, asked)) {
            assertThat(choice.kind()).isEqualTo("plain processes");
            assertThat(choice.lacking()).contains("asked for by --plain-processes");
            assertThat(choice.sandboxes().network()).isEqualTo(Network.HOST);
            assertThatCode(() -> choice.require(asked)).doesNotThrowAnyException();
        }
    }

    @Test
    void plainProcessesAreNotAskedForWhereIsolationIsRequired() {
        assertThatThrownBy(() -> new Config.Isolation(true, true, false, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("leave out --plain-processes or --require-isolation");
    }

    @Test
    void privateNetworksCannotBeRefusedInTheMachinesOwn() {
        var asked = new Config.Isolation(false, false, false, true);

        assertThatThrownBy(() -> check(asked, Network.HOST, Identity.SERVER))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("leave out --refuse-private-networks");
        assertThatCode(() -> check(asked, Network.EGRESS, Identity.UNPRIVILEGED))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "HOST,   false, true,  the machine's, '',                        those of AWS itself included",
        "NONE,   false, false, its own only,  --allow-aws,               ''",
        "NONE,   true,  false, its own only,  '',                        --allow-aws does nothing",
        "EGRESS, false, false, name servers,  reach AWS,                 which do not exist in environments",
        "EGRESS, true,  true,  --allow-aws,   do not exist,              functions reach AWS"
    })
    void whetherNamesOfAwsExistIsSaid(
            Network network, boolean allowed, boolean exist, String said, String unsaid, String also) {
        var asked = new Config.Isolation(false, false, allowed, false);
        var choice = new SandboxChoice(new Kind(network, Identity.UNPRIVILEGED), "a kind", Optional.empty(), asked);

        assertThat(choice.awsNamesExist()).isEqualTo(exist);
        assertThat(choice.guarantees())
                .hasSize(3)
                .startsWith("Network: a test's.")
                .endsWith("The last word.");
        assertThat(choice.guarantees().get(1)).startsWith("Names: ").contains(said, also);
        if (!unsaid.isEmpty()) {
            assertThat(choice.guarantees().get(1)).doesNotContain(unsaid);
        }
    }

    @Test
    void theRuntimeApisPortIsNotTakenByAwssApisInside() {
        assertThat(SandboxChoice.awsPort(4567)).isEqualTo(4567);
        assertThat(SandboxChoice.awsPort(9001)).isNotEqualTo(9001);
    }
}
