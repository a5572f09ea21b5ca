package dev.boda.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;

/// Where the server's processor time went, by samples of its threads.
///
/// @param samples of each part: a sample belongs to the innermost of Boda's packages on its stack
/// @param logging samples with a log package anywhere on the stack, or in the reading of the functions' output
/// @param all     samples
record ServerParts(Map<Part, Long> samples, long logging, long all) {

    /// Reads what an environment has used.
    private static final String MEMORY_METHOD = ".peakMemoryBytes";

    /// Packages that cost together.
    enum Part {
        HTTP("http: connections, requests, answers", "dev.boda.http."),
        AWS("aws: signatures, protocol, checks", "dev.boda.aws."),
        API("api: the Invoke operation", "dev.boda.api."),
        ENGINE("engine: slot, pool, hand-over", "dev.boda.(engine|function|access)."),
        RUNTIME_API("runtimeapi: the runtime's requests", "dev.boda.runtimeapi."),
        METRICS("metrics", "dev.boda.(telemetry.metrics|meter)."),
        MEMORY("sandbox: the memory used, for REPORT", "-"),
        OUTPUT("sandbox: the functions' output", "dev.boda.(sandbox|os)."),
        LOGS("logs: lines, buffer, segments", "dev.boda.(telemetry|store)."),
        OTHER_BODA("other packages of Boda", "dev.boda."),
        NETTY("Netty, outside of Boda's own code", "io.netty."),
        JVM("JDK alone: scheduling of virtual threads", "");

        private final String title;
        private final Pattern packages;

        /// @param packages how the names of its types begin
        Part(String title, String packages) {
            this.title = title;
            this.packages = Pattern.compile(packages);
        }

        String title() {
            return title;
        }

        private boolean holds(String type) {
            return packages.matcher(type).lookingAt();
        }

        /// @param stack as in [ServerParts#ofStacks]
        static Part of(List<String> stack) {
            return stack.stream().anyMatch(method -> method.endsWith(MEMORY_METHOD)) ? MEMORY : byPackage(stack);
        }

        private static Part byPackage(List<String> stack) {
            return stack.stream()
                    .filter(type -> type.startsWith("dev.boda."))
                    .findFirst()
                    .or(() -> stack.stream()
                            .filter(type -> type.startsWith("io.netty."))
                            .findFirst())
                    .map(Part::ofType)
                    .orElse(JVM);
        }

        private static Part ofType(String type) {
            for (var part : values()) {
                if (part.holds(type)) {
                    return part;
                }
            }
            return JVM;
        }
    }

    static ServerParts of(List<RecordedEvent> events) {
        return ofStacks(events.stream().map(ServerParts::stack).toList());
    }

    /// @param stacks each sample's methods with their types' names, the innermost first:
    /// `dev.boda.aws.FrontDoor.handle`
    static ServerParts ofStacks(List<List<String>> stacks) {
        var samples = new EnumMap<Part, Long>(Part.class);
        stacks.forEach(stack -> samples.merge(Part.of(stack), 1L, Long::sum));
        long logging = stacks.stream()
                .filter(stack -> stack.stream().anyMatch(ServerParts::isOfLogs))
                .count();
        return new ServerParts(samples, logging, stacks.size());
    }

    private static boolean isOfLogs(String type) {
        return !Part.METRICS.holds(type)
                && (type.startsWith("dev.boda.telemetry.")
                        || type.startsWith("dev.boda.store.Log")
                        || type.startsWith("dev.boda.sandbox.process.SandboxOutput")
                        || type.startsWith("dev.boda.sandbox.process.TelemetryFrames"));
    }

    private static List<String> stack(RecordedEvent event) {
        return event.getStackTrace().getFrames().stream()
                .map(frame -> frame.getMethod().getType().getName() + "."
                        + frame.getMethod().getName())
                .toList();
    }

    double share(Part part) {
        return all == 0 ? 0 : (double) samples.getOrDefault(part, 0L) / all;
    }

    double loggingShare() {
        return all == 0 ? 0 : (double) logging / all;
    }
}
