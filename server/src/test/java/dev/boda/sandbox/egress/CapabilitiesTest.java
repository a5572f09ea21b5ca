package dev.boda.sandbox.egress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    @Test
    void whoMayNotAdministerTheNetworkIsNotEnough() {
        assertThat(new Capabilities(0).areEnough()).isFalse();
        assertThat(new Capabilities(1L << 12).areEnough()).isFalse();
        assertThat(new Capabilities((1L << 12) | (1L << 21)).areEnough()).isTrue();
    }
}
