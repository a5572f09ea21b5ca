package dev.boda.sandbox.egress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.os.netlink.Ipv4Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressBlockTest {

    @Test
    void aBlockTouchesNoNetworkOfTheMachine() {
        assertThat(choose(0)).contains(Ipv4Prefix.parse("100.64.0.0/16"));
        assertThat(choose(0, "100.64.9.9")).contains(Ipv4Prefix.parse("100.65.0.0/16"));
        assertThat(choose(0, "100.64.0.0/10")).contains(Ipv4Prefix.parse("198.18.0.0/16"));
        assertThat(choose(0, "100.64.0.0/10", "198.0.0.0/8", "10.0.0.0/15")).contains(Ipv4Prefix.parse("10.2.0.0/16"));
        assertThat(choose(0, "100.0.0.0/8", "198.0.0.0/8", "10.0.0.0/8")).isEmpty();
    }

    @Test
    void routesToNearlyEverywhereTakeNoBlock() {
        assertThat(choose(0, "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1")).contains(Ipv4Prefix.parse("100.64.0.0/16"));
    }

    @Test
    void serversPreferDifferentBlocks() {
        assertThat(choose(3)).contains(Ipv4Prefix.parse("100.67.0.0/16"));
        assertThat(choose(-1)).contains(Ipv4Prefix.parse("100.127.0.0/16"));
    }

    private static Optional<Ipv4Prefix> choose(int seed, String... known) {
        return AddressBlock.choose(Stream.of(known).map(Ipv4Prefix::parse).toList(), seed);
    }

    @Test
    void anAddressThatWasGivenBackComesLast() {
        var block = new AddressBlock(Ipv4Prefix.parse("10.4.0.0/16"));
        int first = block.acquire().orElseThrow();
        block.release(first);
        var rest = IntStream.range(0, 65_532)
                .mapToObj(_ -> block.acquire().orElseThrow())
                .toList();
        assertThat(rest).doesNotContain(first).doesNotHaveDuplicates();
        assertThat(List.of(block.acquire().orElseThrow())).containsExactly(first);
        assertThat(block.acquire()).isEmpty();
        assertThat(Ipv4Prefix.dotted(block.address(rest.getLast()))).isEqualTo("10.4.255.254");
    }
}
