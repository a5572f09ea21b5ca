package dev.boda;

import dev.boda.os.MachineMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// What this process may hold, from which come the limits that nobody has set.
///
/// @param heapBytes how large Java's heap may grow: a quarter of the machine's memory, unless it was told otherwise
/// @param openFiles how many files and connections may be open. Java raises the soft limit to the hard one by itself
record Capacity(long heapBytes, long openFiles) {

    private static final Path OWN_LIMITS = Path.of("/proc/self/limits");
    private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +([0-9]+|unlimited)");
    private static final long UNKNOWN = 1_024;
    private static final long ENOUGH = 16_384;

    private static final int MEGABYTE = 1024 * 1024;

    /// An event and an answer of 6 MB. As the heap is a quarter of the memory, an environment's processes then have
    /// three times that.
    private static final int HEAP_OF_AN_ENVIRONMENT = 12 * MEGABYTE;

    /// Java's own part: code, classes, threads' stacks, buffers of sockets.
    private static final int BESIDE_THE_HEAP = 256 * MEGABYTE;

    private static final int FEWEST_ENVIRONMENTS = 16;

    /// AWS's limit of an account and region.
    private static final int MOST_ENVIRONMENTS = 1_000;

    /// Headers and what of a body nobody has read yet.
    private static final int HEAP_OF_A_CONNECTION = 256 * 1024;

    private static final int FEWEST_CONNECTIONS = 64;
    private static final int MOST_CONNECTIONS = 10_000;

    /// Beside its connections: pipes, sockets that listen, a process.
    private static final int FILES_OF_AN_ENVIRONMENT = 10;

    /// A runtime needs one or two, and each of ten extensions one.
    private static final int MOST_CONNECTIONS_OF_A_RUNTIME = 20;

    private static final int FEWEST_CONNECTIONS_OF_A_RUNTIME = 8;

    /// boto3 keeps ten.
    private static final int MOST_CONNECTIONS_TO_AWS = 20;

    private static final int FEWEST_CONNECTIONS_TO_AWS = 4;

    private static final int FEWEST_NAMES_AT_ONCE = 16;
    private static final int MOST_NAMES_AT_ONCE = 1_024;

    /// This process's.
    static Capacity ofThisProcess() {
        return new Capacity(Runtime.getRuntime().maxMemory(), ownOpenFiles());
    }

    private static long ownOpenFiles() {
        try {
            var limit = OPEN_FILES.matcher(Files.readString(OWN_LIMITS));
            if (limit.find()) {
                return limit.group(1).equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(limit.group(1));
            }
            return UNKNOWN;
        } catch (IOException unreadable) {
            return UNKNOWN;
        }
    }

    /// What all environments may use together, in bytes: what was asked for, or else what this machine has left.
    long memoryOfEnvironments(Config.Environments asked) throws IOException {
        var bytes = asked.memoryBytes();
        return bytes.isPresent() ? bytes.getAsLong() : memoryOfEnvironments(MachineMemory.bytes());
    }

    /// The machine's memory, or what the server's control groups allow it, less a tenth for everybody else, less the
    /// server with its heap at its largest and what Java takes beside it. A quarter where that would be less.
    long memoryOfEnvironments(long machineBytes) {
        long left = machineBytes - machineBytes / 10 - heapBytes - BESIDE_THE_HEAP;
        return Math.max(left, machineBytes / 4);
    }

    /// Open environments, where nobody says how many.
    int environments() {
        return Math.clamp(heapBytes / HEAP_OF_AN_ENVIRONMENT, FEWEST_ENVIRONMENTS, MOST_ENVIRONMENTS);
    }

    /// Open connections at the address that clients are served at: half of the files at most.
    int connections() {
        return Math.clamp(
                Math.min(openFiles / 2, heapBytes / HEAP_OF_A_CONNECTION), FEWEST_CONNECTIONS, MOST_CONNECTIONS);
    }

    /// Open connections of a runtime to its Runtime API: three eighths of the files are for environments.
    int connectionsOfARuntime(int environments) {
        return Math.clamp(
                openFiles * 3 / 8 / environments - FILES_OF_AN_ENVIRONMENT,
                FEWEST_CONNECTIONS_OF_A_RUNTIME,
                MOST_CONNECTIONS_OF_A_RUNTIME);
    }

    /// Open connections of an environment's processes to AWS's APIs inside: an eighth of the files is for those.
    int connectionsToAws(int environments) {
        return Math.clamp(openFiles / 8 / environments, FEWEST_CONNECTIONS_TO_AWS, MOST_CONNECTIONS_TO_AWS);
    }

    /// What the bodies of requests to AWS's APIs may take that come from inside environments, of all together.
    long bodyBytesFromInside() {
        return heapBytes / 12;
    }

    /// Names of all environments that are looked up at once, each by a socket of its own.
    int namesAtOnce() {
        return Math.clamp(openFiles / 64, FEWEST_NAMES_AT_ONCE, MOST_NAMES_AT_ONCE);
    }

    /// What is said of the files, and what brings more where they are few.
    String openFilesSentence() {
        var sentence = openFiles + " may be open, which is room for " + connections() + " connections of clients";
        return sentence + fewFiles().map(remedy -> ": " + remedy).orElse("");
    }

    /// What brings more files, where they are few.
    Optional<String> fewFiles() {
        return openFiles >= ENOUGH
                ? Optional.empty()
                : Optional.of("raise the hard limit, as with 'ulimit -Hn 65536' by root, or LimitNOFILE= of systemd");
    }

    /// As AWS names this machine's.
    static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64";
    }
}
