package dev.boda.bench;

import dev.boda.bench.subject.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// How quiet the machine was: how long the same arithmetic took before each round, what the hypervisor took, and the
/// load average.
final class Noise {

    private static final int SPINS = 5;
    private static final int BLOCKS = 1_000;
    private static final int STEPS = 10_000;
    private static final int WARM_UPS = 10;
    private static final int IDLE_AT = 4;
    private static final int IO_WAIT_AT = 5;
    private static final int STEAL_AT = 8;
    private static final double NANOS_PER_TICK = 1e7;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final List<Double> spinMillis = new ArrayList<>();
    private final List<String> loadAverages = new ArrayList<>();
    private final long[] ticksBefore;
    private final long ownBefore;
    private long value = 1;

    /// Begins to watch.
    Noise() throws IOException {
        ticksBefore = ticks();
        ownBefore = own();
        for (int i = 0; i < WARM_UPS; i++) {
            spin();
        }
    }

    /// Looks once. Takes a tenth of a second or two.
    void probe() throws IOException {
        loadAverages.add(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        for (int i = 0; i < SPINS; i++) {
            spinMillis.add(spin());
        }
    }

    private double spin() {
        long begun = System.nanoTime();
        for (int i = 0; i < BLOCKS; i++) {
            value = scrambled(value);
        }
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
    }

    /// The same steps each time, each of which needs the one before.
    private static long scrambled(long from) {
        long bits = from;
        for (int i = 0; i < STEPS; i++) {
            bits ^= bits << 13;
            bits ^= bits >>> 7;
            bits ^= bits << 17;
        }
        return bits;
    }

    /// The share of all processors' time that the hypervisor gave to others, since the start.
    double stolen() throws IOException {
        var now = ticks();
        long all = 0;
        for (int i = 1; i <= STEAL_AT; i++) {
            all += now[i] - ticksBefore[i];
        }
        return all == 0 ? 0 : (double) (now[STEAL_AT] - ticksBefore[STEAL_AT]) / all;
    }

    /// The share of all processors' time that processes took which are none of the benchmark's, since the start. To be
    /// asked while those that it has started still run.
    double foreign() throws IOException {
        var now = ticks();
        long all = 0;
        for (int i = 1; i <= STEAL_AT; i++) {
            all += now[i] - ticksBefore[i];
        }
        long idle = now[IDLE_AT] - ticksBefore[IDLE_AT] + now[IO_WAIT_AT] - ticksBefore[IO_WAIT_AT];
        long busy = all - idle - (now[STEAL_AT] - ticksBefore[STEAL_AT]);
        double ours = (own() - ownBefore) / NANOS_PER_TICK;
        return all == 0 ? 0 : Math.max(0, busy - ours) / all;
    }

    /// Nanoseconds of this process and of all that it has started, those included that have ended.
    private static long own() throws IOException {
        var spent = ProcessorTime.withEnded(ProcessHandle.current().pid());
        return spent.serverNanos() + spent.runtimesNanos();
    }

    /// How far the slowest spin was above the fastest, as a part of that.
    double spinSpread() {
        double best = spinMillis.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        return spinMillis.stream().mapToDouble(Double::doubleValue).max().orElse(1) / best - 1;
    }

    /// How far the median spin was above the fastest.
    double spinMedian() {
        var sorted = spinMillis.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2) / sorted.getFirst() - 1;
    }

    List<String> loadAverages() {
        return List.copyOf(loadAverages);
    }

    String sentence() throws IOException {
        return String.format(
                Locale.ROOT,
                "the same arithmetic took %.1f %% longer at the median and %.1f %% at worst than at best;"
                        + " other processes took %.1f %% of all processors, the hypervisor %.2f %%; load average before the"
                        + " rounds %s",
                spinMedian() * 100,
                spinSpread() * 100,
                foreign() * 100,
                stolen() * 100,
                String.join(", ", loadAverages));
    }

    private static long[] ticks() throws IOException {
        var fields = BLANKS.split(Files.readAllLines(Path.of("/proc/stat")).getFirst(), -1);
        var ticks = new long[STEAL_AT + 1];
        for (int i = 1; i <= STEAL_AT; i++) {
            ticks[i] = Long.parseLong(fields[i]);
        }
        return ticks;
    }
}
