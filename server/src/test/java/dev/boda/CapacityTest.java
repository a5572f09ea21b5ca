package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapacityTest {

    private static final long GIGABYTE = 1024L * 1024 * 1024;

    @Test
    void limitsGrowWithTheMachineWithinBounds() {
        var small = new Capacity(GIGABYTE / 8, 1_024);
        assertThat(small.environments()).isEqualTo(16);
        assertThat(small.connections()).isEqualTo(512);
        assertThat(small.connectionsOfARuntime(small.environments())).isEqualTo(14);
        assertThat(small.connectionsToAws(small.environments())).isEqualTo(8);
        assertThat(small.namesAtOnce()).isEqualTo(16);

        var usual = new Capacity(2 * GIGABYTE, 524_288);
        assertThat(usual.environments()).isEqualTo(170);
        assertThat(usual.connections()).isEqualTo(8_192);
        assertThat(usual.connectionsOfARuntime(usual.environments())).isEqualTo(20);
        assertThat(usual.connectionsToAws(usual.environments())).isEqualTo(20);
        assertThat(usual.connectionsToAws(1_000_000)).isEqualTo(4);
        assertThat(usual.namesAtOnce()).isEqualTo(1_024);

        var large = new Capacity(64 * GIGABYTE, 1_048_576);
        assertThat(large.environments()).isEqualTo(1_000);
        assertThat(large.connections()).isEqualTo(10_000);
    }

    @Test
    void fewFilesAreSaidWithWhatBringsMore() {
        assertThat(new Capacity(GIGABYTE, 1_024).openFilesSentence())
                .startsWith("1024 may be open, which is room for 512 connections of clients: ")
                .contains("LimitNOFILE=");
        assertThat(new Capacity(GIGABYTE, 1_048_576).openFilesSentence()).endsWith("4096 connections of clients");
        assertThat(Capacity.ofThisProcess().openFiles()).isPositive();
    }
}
