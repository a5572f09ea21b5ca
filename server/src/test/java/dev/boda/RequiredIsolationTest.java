package dev.boda;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.Config.ConfigException;
import dev.boda.sandbox.Sandbox;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec;
import dev.boda.sandbox.SandboxSpec.Identity;
import dev.boda.sandbox.SandboxSpec.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequiredIsolationTest {

    private static final int PORT = 4566;

    /// A kind that starts nothing.
    private record Kind(Network network, Identity identity) implements SandboxProvider {

        @Override
        public Sandbox start(SandboxSpec spec, Output output) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> guarantees() {
            return List.of();
        }
    }

    private static void check(Config.Isolation asked, Network network, Identity identity, int port) {
        RequiredIsolation.check(asked, new Kind(network, identity), port);
    }

    @ParameterizedTest
    @CsvSource({"HOST, SERVER", "HOST, UNPRIVILEGED", "NONE, SERVER"})
    void isolationThatIsRequiredAndCannotBeHadStopsTheStart(Network network, Identity identity) {
        assertThatThrownBy(() -> check(new Config.Isolation(true, false, false), network, identity, PORT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("plain processes here, which --require-isolation does not let start");
        assertThatCode(() -> check(new Config.Isolation(false, true, false), network, identity, PORT))
                .doesNotThrowAnyException();
    }

    @Test
    void privateNetworksCannotBeRefusedInTheMachinesOwn() {
        var asked = new Config.Isolation(false, false, true);

        assertThatThrownBy(() -> check(asked, Network.HOST, Identity.SERVER, PORT))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("leave out --refuse-private-networks");
        assertThatCode(() -> check(asked, Network.EGRESS, Identity.UNPRIVILEGED, PORT))
                .doesNotThrowAnyException();
    }

    @Test
    void theRuntimeApisPortIsTakenInside() {
        var asked = new Config.Isolation(true, false, false);

        assertThatThrownBy(() -> check(asked, Network.EGRESS, Identity.UNPRIVILEGED, 9001))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--port");
        assertThatCode(() -> check(new Config.Isolation(false, false, false), Network.HOST, Identity.SERVER, 9001))
                .doesNotThrowAnyException();
    }
}
