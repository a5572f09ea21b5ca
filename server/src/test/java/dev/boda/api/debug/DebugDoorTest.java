package dev.boda.api.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebugDoorTest {

    @Test
    void everyAddressOfTheMachineIsOfThisMachine() throws Exception {
        for (var link : NetworkInterface.networkInterfaces().toList()) {
            for (var address : link.inetAddresses().toList()) {
                assertThat(DebugDoor.isOfThisMachine(address)).as("%s", address).isTrue();
            }
        }
        assertThat(DebugDoor.isOfThisMachine(InetAddress.ofLiteral("127.3.2.1")))
                .isTrue();
    }

    /// Documentation's, an environment's, anybody's.
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "100.64.3.9", "0.0.0.0", "2001:db8::1"})
    void othersAreNot(String address) throws Exception {
        assertThat(DebugDoor.isOfThisMachine(InetAddress.ofLiteral(address))).isFalse();
    }
}
