package dev.boda;

import dev.boda.runtime.PinnedSdk;
import dev.boda.runtime.RuntimeOffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a person reads when the server is ready: where it is, what is in force, and what to type.
final class StartLines {

    /// Until policies are enforced.
    /// With `--accept-unenforced`.
    static final String UNENFORCED = "VpcConfig, FileSystemConfigs, DeadLetterConfig and SnapStart are kept and shown,"
            + " and have NO EFFECT (--accept-unenforced)";

    static final String FUNCTIONS_MAY =
            "that call AWS's APIs can do what their account can: the permissions of roles are not enforced";

    private StartLines() {}

    /// The lines, in order.
    static List<String> of(Config config, Platform platform, long startNanos) {
        var offers = platform.runtimes().offers();
        var lines = new ArrayList<String>();
        var seconds = Duration.ofNanos(startNanos).toMillis() / 1000.0;
        lines.add("Boda is ready at " + platform.url()
                + String.format(Locale.ROOT, " (version %s, started in %.1f s)", Platform.version(), seconds));
        lines.add("  data       " + config.dataDirectory() + " (" + platform.functionsKept() + ")");
        lines.add("  account    " + config.account() + ", region " + config.region());
        lines.add("  callers    " + callers(config));
        lines.add("  browsers   " + browsers(config.guard()));
        if (config.beyondThisMachine() && !config.guard().requireCredentials()) {
            lines.add("  WARNING    other machines reach " + config.host()
                    + ", and whoever does may run code here (--insecure)");
        }
        lines.add("  runtimes   " + exact(offers));
        standIns(offers).forEach(line -> lines.add("  WARNING    " + line));
        platform.runtimes().problems().forEach(problem -> lines.add("  WARNING    " + problem));
        sdks(platform.runtimes().sdks()).forEach(lines::add);
        var isolation = platform.isolation();
        isolation
                .lacking()
                .ifPresent(reason -> lines.add("  WARNING    functions are NOT isolated from this machine and from each"
                        + " other: they run as " + isolation.kind() + " (" + reason + ")"));
        lines.add("  isolation  " + isolation.kind() + ":");
        isolation.guarantees().forEach(sentence -> lines.add("             - " + sentence));
        lines.add("  functions  " + FUNCTIONS_MAY);
        if (!config.hotReload().isEmpty()) {
            lines.add("  live code  functions may run from what is in "
                    + config.hotReload().stream().map(Path::toString).collect(Collectors.joining(", "))
                    + " (--hot-reload), and start anew when it changes");
        }
        if (config.acceptUnenforced()) {
            lines.add("  WARNING    " + UNENFORCED);
        }
        lines.add("  URLs       of functions end in " + config.functionUrlSuffix()
                + "; where that name does not resolve, " + platform.url() + "/_boda/url/ID/ does");
        lines.add("  metrics    " + platform.url() + "/metrics" + metricsFor(config));
        lines.add("  try        aws --endpoint-url " + platform.url() + " lambda list-functions");
        return lines;
    }

    /// What Prometheus needs to read the metrics.
    private static String metricsFor(Config config) {
        return config.guard().requireCredentials()
                ? " (Authorization: Bearer, with the token in " + MetricsToken.file(config.dataDirectory()) + ")"
                : "";
    }

    /// Whose requests are answered.
    private static String callers(Config config) {
        return config.guard().requireCredentials()
                ? "credentials are required, and signatures verified: only keys that Boda knows (test with the secret"
                        + " test, and those it issued)"
                : "signatures of keys that Boda knows (test, and those it issued) are verified; credentials are not"
                        + " required (--require-credentials)";
    }

    private static String browsers(Config.Guard guard) {
        return guard.origins().isEmpty()
                ? "no web page is let in (--allow-origin)"
                : "only pages of " + String.join(", ", new TreeSet<>(guard.origins())) + " are let in";
    }

    private static String exact(List<RuntimeOffer> offers) {
        var ids = offers.stream()
                .filter(RuntimeOffer::exact)
                .map(RuntimeOffer::id)
                .toList();
        return ids.isEmpty() ? "none of its exact version; see boda doctor" : String.join(", ", ids);
    }

    /// What functions import without packaging it, and what they should but cannot.
    private static List<String> sdks(List<PinnedSdk> sdks) {
        var lines = new ArrayList<String>();
        var here = releases(sdks, true);
        var missing = releases(sdks, false);
        if (!here.isEmpty()) {
            lines.add("  SDKs       " + here + ": functions import them without packaging them");
        }
        if (!missing.isEmpty()) {
            lines.add("  WARNING    functions cannot import " + missing
                    + " without packaging it: './boda runtimes' brings it");
        }
        return lines;
    }

    private static String releases(List<PinnedSdk> sdks, boolean here) {
        return sdks.stream()
                .filter(sdk -> sdk.isHere() == here)
                .map(sdk -> sdk.release() + " (" + sdk.id() + "+)")
                .collect(Collectors.joining(", "));
    }

    /// Runtimes that run on another version than their own, or not at all.
    private static List<String> standIns(List<RuntimeOffer> offers) {
        var lines = new ArrayList<String>();
        offers.stream()
                .filter(offer -> !offer.exact())
                .collect(Collectors.groupingBy(
                        offer -> offer.interpreter()
                                .map(found -> found.language() + " " + found.version())
                                .orElse(""),
                        java.util.TreeMap::new,
                        Collectors.mapping(RuntimeOffer::id, Collectors.joining(", "))))
                .forEach((interpreter, ids) -> lines.add(
                        interpreter.isEmpty()
                                ? ids + ": no interpreter here; see boda doctor"
                                : ids + (ids.contains(",") ? " run" : " runs") + " on the nearest version, "
                                        + interpreter + "; see boda doctor"));
        return lines;
    }
}
