package dev.boda;

import dev.boda.os.ControlGroupHierarchies;
import dev.boda.runtime.RuntimeOffer;
import dev.boda.sandbox.process.ProcessSandboxProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What this machine offers, what is missing, and the command that brings it. Leaves nothing on the disk.
final class Doctor {

    private Doctor() {}

    /// The report, in lines.
    static List<String> examine(Config config) throws IOException {
        var scratch = Files.createTempDirectory("boda-doctor");
        try {
            var lines = new ArrayList<String>();
            lines.add("Machine    " + machine());
            lines.add("Java       " + System.getProperty("java.version") + "  " + System.getProperty("java.home"));
            lines.addAll(runtimes(config, scratch));
            lines.add("Isolation  plain processes");
            try (var sandboxes = ProcessSandboxProvider.start(scratch)) {
                sandboxes.guarantees().forEach(sentence -> lines.add("  - " + sentence));
            }
            lines.add("cgroup     " + ControlGroupHierarchies.find().describe());
            return lines;
        } finally {
            remove(scratch);
        }
    }

    private static String machine() {
        var processors = java.lang.Runtime.getRuntime().availableProcessors();
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch") + ", " + processors + (processors == 1 ? " processor" : " processors");
    }

    private static List<String> runtimes(Config config, Path scratch) {
        var runtimes = Platform.runtimes(config, scratch.resolve("interpreters.json"));
        runtimes.start();
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

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
