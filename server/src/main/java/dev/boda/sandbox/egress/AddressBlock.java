package dev.boda.sandbox.egress;

import dev.boda.os.netlink.Ipv4Prefix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The addresses of a server's environments: a block of 65,536, and which of them are taken.
final class AddressBlock {

    private static final int BLOCK_BITS = 16;
    private static final int GATEWAY = 1;
    private static final int FIRST = 2;
    private static final int BEYOND = (1 << BLOCK_BITS) - 1;

    /// Where networks rarely are: addresses of carriers' own NAT, of benchmarks, then private ones.
    private static final List<Ipv4Prefix> RANGES = List.of(
            Ipv4Prefix.parse("100.64.0.0/10"), Ipv4Prefix.parse("198.18.0.0/15"), Ipv4Prefix.parse("10.0.0.0/8"));

    /// Shorter routes lead out, to nearly everywhere (a VPN's 0.0.0.0/1): they take no block.
    private static final int SHORTEST_TAKEN = 8;

    private final Ipv4Prefix block;

    // Guarded by this.
    private final BitSet taken = new BitSet();
    private int next = FIRST;

    AddressBlock(Ipv4Prefix block) {
        this.block = block;
    }

    /// A block that touches none of the networks that the machine knows. `seed` lets servers prefer different ones.
    static Optional<Ipv4Prefix> choose(Collection<Ipv4Prefix> known, int seed) {
        var specific = known.stream()
                .filter(network -> network.length() >= SHORTEST_TAKEN)
                .toList();
        for (var range : RANGES) {
            var blocks = blocks(range);
            int first = Math.floorMod(seed, blocks.size());
            for (int i = 0; i < blocks.size(); i++) {
                var candidate = blocks.get((first + i) % blocks.size());
                if (specific.stream().noneMatch(candidate::overlaps)) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    private static List<Ipv4Prefix> blocks(Ipv4Prefix range) {
        var blocks = new ArrayList<Ipv4Prefix>();
        for (int i = 0; i < 1 << (BLOCK_BITS - range.length()); i++) {
            blocks.add(new Ipv4Prefix(range.address() + (i << BLOCK_BITS), BLOCK_BITS));
        }
        return blocks;
    }

    Ipv4Prefix block() {
        return block;
    }

    int gateway() {
        return address(GATEWAY);
    }

    int address(int number) {
        return block.address() + number;
    }

    /// Takes a number; the one that was given back last comes last, so that what still arrives for an environment that
    /// is gone meets nobody.
    synchronized Optional<Integer> acquire() {
        int number = taken.nextClearBit(next);
        if (number >= BEYOND) {
            number = taken.nextClearBit(FIRST);
        }
        if (number >= BEYOND) {
            return Optional.empty();
        }
        taken.set(number);
        next = number + 1;
        return Optional.of(number);
    }

    synchronized void release(int number) {
        taken.clear(number);
    }
}
