package dev.boda.bench;

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
    private static final int STEPS = 20_000_000;
    private static final int STEAL_AT = 8;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private final List<Double> spinMillis = new ArrayList<>();
    private final List<String> loadAverages = new ArrayList<>();
    private final long[] ticksBefore;
    private long blackhole = 1;

    /// Begins to watch.
    Noise() throws IOException {
        ticksBefore = ticks();
        spin();
    }

    /// Looks once. Takes a tenth of a second or two.
    void probe() throws IOException {
        loadAverages.add(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        for (int i = 0; i < SPINS; i++) {
            spinMillis.add(spin());
        }
    }

    /// The same steps each time; none of them can be left out.
    private double spin() {
        long begun = System.nanoTime();
        long value = blackhole;
        for (int i = 0; i < STEPS; i++) {
            value = value * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        }
        blackhole = value;
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
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
                        + " steal %.2f %%; load average before the rounds %s",
                spinMedian() * 100,
                spinSpread() * 100,
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
