package dev.boda;

import dev.boda.async.RetryPolicy;
import dev.boda.telemetry.LogLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/// Every knob of the server, parsed once. Values are checked here, so that nothing starts on a wrong one.
///
/// @param home          the folder Boda was built in; holds `runtimes/`
/// @param host          the address to listen at
/// @param port          0 takes a free one
/// @param dataDirectory everything that lasts
/// @param region        of requests that name none
/// @param account       of requests whose key names none
/// @param logAccess     write every access request to the server's log
/// @param guard         who is let in
/// @param functionUrlSuffix what host names of function URLs end in
/// @param isolation     what functions may reach
/// @param limits        how far that may grow which clients make grow
/// @param hotReload     folders that functions' code may lie in, as it is edited
/// @param exactRuntimes refuse a runtime whose exact minor version is missing
/// @param javaAot make AOT caches for Java's functions
/// @param acceptUnenforced keep configuration that has no effect, instead of refusing it
/// @param interpreters  where interpreters are, beside the usual places: runtime id or language → paths
public record Config(
        Path home,
        String host,
        int port,
        Path dataDirectory,
        String region,
        String account,
        LogLevel logLevel,
        LogFormat logFormat,
        boolean logAccess,
        Guard guard,
        String functionUrlSuffix,
        Isolation isolation,
        Limits limits,
        List<Path> hotReload,
        boolean exactRuntimes,
        boolean javaAot,
        boolean acceptUnenforced,
        Map<String, List<Path>> interpreters) {

    /// Who is let in.
    ///
    /// @param requireCredentials only requests signed with a key that is known
    /// @param insecure           everybody, from other machines too
    /// @param origins            of web pages that may call: `https://app.example:8443`
    /// @param hosts              names that the server is reached by, beside addresses and AWS's names
    public record Guard(boolean requireCredentials, boolean insecure, Set<String> origins, Set<String> hosts) {

        private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/\\s,*?#@]+");
        private static final Pattern HOST = Pattern.compile("[a-z0-9._-]+");

        public Guard {
            for (var origin : origins) {
                if (!ORIGIN.matcher(origin).matches()) {
                    throw new ConfigException("An origin to let in looks like https://app.example:8443, without a path,"
                            + " not '" + origin + "'.");
                }
            }
            for (var host : hosts) {
                if (!HOST.matcher(host).matches()) {
                    throw new ConfigException(
                            "A host name to answer to looks like boda.example, without a port, not '" + host + "'.");
                }
            }
            origins = Set.copyOf(origins);
            hosts = Set.copyOf(hosts);
        }
    }

    /// What functions may reach.
    ///
    /// @param required              nothing starts where functions would run as plain processes
    /// @param plain                 they run as plain processes wherever they run
    /// @param allowAws              names of AWS's own APIs are resolved
    /// @param refusePrivateNetworks no address of a private network is reached
    public record Isolation(boolean required, boolean plain, boolean allowAws, boolean refusePrivateNetworks) {

        public Isolation {
            if (required && plain) {
                throw new ConfigException("Functions cannot be plain processes where isolation is required: leave out"
                        + " --plain-processes or --require-isolation.");
            }
        }
    }

    /// How far that may grow which clients make grow.
    ///
    /// @param codeStorageBytes most code of an account in a region
    /// @param logs             of all logs and of a function's
    /// @param concurrency      of an account in a region
    /// @param events           before they are tried again
    public record Limits(
            long codeStorageBytes,
            LogLimits logs,
            Environments environments,
            Concurrency concurrency,
            RetryPolicy.Delays events) {}

    /// How many execution environments there are, how large, for how long.
    ///
    /// @param most        open ones; empty for as many as fit Java's heap
    /// @param memoryBytes that they may use together; empty for what the machine has left
    /// @param lifetime    how old one grows
    public record Environments(OptionalInt most, OptionalLong memoryBytes, Duration lifetime) {

        private static final long LEAST_MEMORY = 128L << 20;
        private static final Duration SHORTEST = Duration.ofMinutes(1);
        private static final Duration LONGEST = Duration.ofHours(8);

        public Environments {
            if (most.isPresent() && most.getAsInt() < 1) {
                throw new ConfigException(
                        "At least one environment must be open to run anything, not " + most.getAsInt() + ".");
            }
            if (memoryBytes.isPresent() && memoryBytes.getAsLong() < LEAST_MEMORY) {
                throw new ConfigException("Environments need 128MB at least to run anything.");
            }
            // Credentials of roles last for 12 hours: they must outlive an environment and its last invocation.
            if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
                throw new ConfigException("An environment lives for 1m at least and 8h at most.");
            }
        }
    }

    /// How much an account may run in a region.
    ///
    /// @param executions      at once
    /// @param leastUnreserved how many of these functions cannot reserve
    /// @param rateLimited     not more than ten times as many in a second
    /// @param streamRate      streamed answers at AWS's pace
    public record Concurrency(int executions, int leastUnreserved, boolean rateLimited, boolean streamRate) {

        /// As many as a scope's count can hold.
        private static final int MOST = 1_000_000;

        public Concurrency {
            if (executions < 1 || executions > MOST || leastUnreserved < 0 || leastUnreserved > MOST) {
                throw new ConfigException("The settings " + Setting.CONCURRENT_EXECUTIONS.key() + " and "
                        + Setting.UNRESERVED_MINIMUM.key() + " are numbers up to " + MOST
                        + ", the former at least 1, not " + executions + " and " + leastUnreserved + ".");
            }
        }
    }

    /// How the server says something of itself.
    public enum LogFormat {
        TEXT,
        JSON;

        static LogFormat of(String text) {
            for (var format : values()) {
                if (format.name().equalsIgnoreCase(text)) {
                    return format;
                }
            }
            throw new ConfigException("The log format is text or json, not '" + text + "'.");
        }

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How much the server says of itself.
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE;

        static LogLevel of(String text) {
            for (var level : values()) {
                if (level.name().equalsIgnoreCase(text)) {
                    return level;
                }
            }
            throw new ConfigException(
                    "The log level is one of error, warn, info, debug and trace, not '" + text + "'.");
        }

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A setting that stops the start; the message says which and why.
    public static final class ConfigException extends IllegalArgumentException {
        public ConfigException(String message) {
            super(message);
        }
    }

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d{1,2}");
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Pattern HOST_NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    /// A host name has 253 characters at most; the id and the region of a function URL stand before its suffix.
    private static final int SUFFIX_CHARACTERS = 180;

    public Config {
        if (host.isBlank()) {
            throw new ConfigException("The host to listen at is empty.");
        }
        if (port < 0 || port > 65_535) {
            throw new ConfigException("The port is a number from 0 to 65535, not " + port + ".");
        }
        if (!ACCOUNT.matcher(account).matches()) {
            throw new ConfigException("An account is 12 digits, not '" + account + "'.");
        }
        if (!REGION.matcher(region).matches()) {
            throw new ConfigException("A region looks like us-east-1, not '" + region + "'.");
        }
        if (functionUrlSuffix.length() > SUFFIX_CHARACTERS
                || !HOST_NAME.matcher(functionUrlSuffix).matches()) {
            throw new ConfigException("The suffix of function URLs is a host name of at most " + SUFFIX_CHARACTERS
                    + " characters such as functions.example, without a port, not '" + functionUrlSuffix + "'.");
        }
        hotReload = List.copyOf(hotReload);
        interpreters = Map.copyOf(interpreters);
    }

    /// Whether other machines reach the address that is listened at.
    boolean beyondThisMachine() {
        var address = new InetSocketAddress(host, port).getAddress();
        return address == null || !address.isLoopbackAddress();
    }

    /// The ends of function URLs' names, beside those that all servers know.
    Set<String> urlSuffixes() {
        var suffixes = new HashSet<>(hostNames());
        suffixes.add(functionUrlSuffix);
        return suffixes;
    }

    /// The names that the server is reached by, beside addresses and AWS's.
    Set<String> hostNames() {
        var names = new HashSet<>(guard.hosts());
        names.add(host.toLowerCase(Locale.ROOT));
        return names;
    }
}
