package dev.boda;

import com.sun.management.OperatingSystemMXBean;
import dev.boda.os.ControlGroupHierarchies;
import dev.boda.runtime.RuntimeCatalog;
import dev.boda.runtime.RuntimeOffer;
import dev.boda.sandbox.SandboxSpec.Network;
import dev.boda.store.Trees;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What this machine offers, what is missing, the command that brings it, and whether Boda can run functions here.
/// Leaves nothing on the disk.
final class Doctor {

    private static final double BYTES_PER_GIGABYTE = 1L << 30;

    /// Each server takes a block that is free.
    private static final String OTHER_ADDRESSES =
            "  - The addresses above are those that a server would choose now; one"
                    + " that runs has its own, which its start line names.";

    private Doctor() {}

    /// What was found.
    ///
    /// @param lines     the report, its verdict last
    /// @param obstacles why no function can run here, a sentence each
    record Report(List<String> lines, List<String> obstacles) {}

    static Report examine(Config config) throws IOException {
        var scratch = Files.createTempDirectory("boda-doctor");
        try {
            var lines = new ArrayList<String>();
            lines.add("Machine    " + machine());
            lines.add("Files      " + Capacity.ofThisProcess().openFilesSentence());
            lines.add("Java       " + System.getProperty("java.version") + "  " + System.getProperty("java.home"));
            var data = DataFolder.examine(config.dataDirectory());
            lines.add("Data       " + config.dataDirectory() + ": " + data.state());
            var runtimes = RuntimeParts.catalog(config, scratch.resolve("interpreters.json"));
            runtimes.start();
            int placeOfRuntimes = lines.size();
            long memory = Capacity.ofThisProcess()
                    .memoryOfEnvironments(config.limits().environments());
            try (var isolation =
                    SandboxChoice.start(scratch, SandboxChoice.awsPort(config.port()), memory, config.isolation())) {
                runtimes.useRoots(isolation.hasRoots());
                lines.add("Isolation  " + isolation.kind());
                isolation.lacking().ifPresent(reason -> lines.add("  - No namespaces: " + reason + "."));
                isolation.guarantees().forEach(sentence -> lines.add("  - " + sentence));
                if (isolation.sandboxes().network() == Network.EGRESS) {
                    lines.add(OTHER_ADDRESSES);
                }
            }
            lines.addAll(placeOfRuntimes, runtimes(runtimes));
            lines.add("Functions  " + StartLines.FUNCTIONS_MAY);
            if (config.acceptUnenforced()) {
                lines.add("  - " + StartLines.UNENFORCED);
            }
            lines.add("cgroup     " + ControlGroupHierarchies.find().describe());
            var obstacles = obstacles(data, runtimes.offers());
            lines.addAll(verdict(runtimes.offers(), obstacles));
            return new Report(List.copyOf(lines), obstacles);
        } finally {
            Trees.delete(scratch);
        }
    }

    private static String machine() {
        var processors = java.lang.Runtime.getRuntime().availableProcessors();
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", " + processors + (processors == 1 ? " processor" : " processors")
                + memory();
    }

    /// What this machine, or the container that this runs in, has.
    private static String memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? String.format(
                        Locale.ROOT,
                        ", %.1f GB of memory, %.1f GB free",
                        system.getTotalMemorySize() / BYTES_PER_GIGABYTE,
                        system.getFreeMemorySize() / BYTES_PER_GIGABYTE)
                : "";
    }

    private static List<String> obstacles(DataFolder data, List<RuntimeOffer> offers) {
        var obstacles = new ArrayList<String>();
        if (offers.stream().noneMatch(offer -> offer.interpreter().isPresent())) {
            obstacles.add("No interpreter of any runtime was found; see above what brings one.");
        }
        data.obstacle().ifPresent(obstacles::add);
        return List.copyOf(obstacles);
    }

    private static List<String> verdict(List<RuntimeOffer> offers, List<String> obstacles) {
        if (!obstacles.isEmpty()) {
            var lines = new ArrayList<String>();
            lines.add("Verdict    Boda cannot run functions here:");
            obstacles.forEach(obstacle -> lines.add("  - " + obstacle));
            return lines;
        }
        long exact = offers.stream().filter(RuntimeOffer::exact).count();
        long nearest = offers.stream()
                .filter(offer -> !offer.exact() && offer.interpreter().isPresent())
                .count();
        return List.of("Verdict    Boda can run functions here: " + exact + " of " + offers.size()
                + " runtimes on their own version" + (nearest == 0 ? "." : ", " + nearest + " on the nearest one."));
    }

    private static List<String> runtimes(RuntimeCatalog runtimes) {
        var lines = new ArrayList<String>();
        lines.add("Runtimes");
        var missing = new ArrayList<RuntimeOffer>();
        for (var offer : runtimes.offers()) {
            lines.add(line(offer));
            if (!offer.exact()) {
                missing.add(offer);
            }
        }
        runtimes.problems().forEach(problem -> lines.add("  problem: " + problem));
        lines.add(missing.isEmpty() ? "Missing    nothing" : "Missing");
        missing.forEach(offer -> lines.add("  " + pad(offer.id()) + offer.remedy()));
        lines.add("SDKs       what functions import without packaging it");
        runtimes.sdks()
                .forEach(sdk -> lines.add("  " + pad(sdk.id() + "+") + pad(sdk.release())
                        + (sdk.isHere() ? sdk.folder() : "missing; what brings it: ./boda runtimes")));
        return lines;
    }

    private static String line(RuntimeOffer offer) {
        return "  " + pad(offer.id())
                + offer.interpreter()
                        .map(found -> pad(found.version()) + (offer.exact() ? "exact    " : "nearest  ") + found.path())
                        .orElse("refused: no interpreter");
    }

    private static String pad(String text) {
        return String.format(Locale.ROOT, "%-12s ", text);
    }
}
