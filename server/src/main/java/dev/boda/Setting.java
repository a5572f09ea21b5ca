package dev.boda;

import java.util.Locale;

/// One knob, by which it is an option (`--log-level`), a variable (`BODA_LOG_LEVEL`) and a key of the configuration
/// file (`log-level`).
enum Setting {
    HOST("ADDRESS", "127.0.0.1", "the address to listen at"),
    PORT("NUMBER", "4566", "the port to listen at; 0 takes a free one"),
    DATA_DIR("FOLDER", "~/.boda", "the folder of everything that lasts"),
    REGION("REGION", "us-east-1", "the region of requests that name none"),
    ACCOUNT("DIGITS", "000000000000", "the account of requests whose access key is not 12 digits"),
    LOG_LEVEL("LEVEL", "info", "what the server says of itself: error, warn, info, debug or trace"),
    LOG_FORMAT("FORMAT", "text", "how the server's log is written: text, or json for a JSON object a line"),
    LOG_ACCESS("", "false", "write who asks to do what with which resource, a line each, to the server's log"),
    REQUIRE_CREDENTIALS("", "false", "refuse requests that are not signed with a key that Boda knows"),
    INSECURE("", "false", "listen beyond this machine though unsigned requests are answered"),
    ALLOW_ORIGIN("ORIGIN,…", "none", "let in web pages of that origin, https://app.example:8443; may be repeated"),
    ALLOW_HOST("NAME,…", "none", "a name that the server is reached by, beside addresses and AWS's; may be repeated"),
    FUNCTION_URL_SUFFIX(
            "NAME",
            "localhost.localstack.cloud",
            "what host names of function URLs end in: http://ID.lambda-url.REGION.NAME:PORT/"),
    REQUIRE_ISOLATION("", "false", "do not start where functions would run as plain processes"),
    PLAIN_PROCESSES("", "false", "run functions as plain processes, though isolation could be had"),
    ALLOW_AWS("", "false", "let functions reach AWS itself: inside, its names (*.amazonaws.com) exist"),
    REFUSE_PRIVATE_NETWORKS("", "false", "let functions reach no address of a private network, such as 10.0.0.0/8"),
    CODE_STORAGE("SIZE", "75GB", "most code that an account may have in a region, as uploaded: 500MB, 75GB"),
    LOG_STORAGE("SIZE", "10GB", "most that all logs may occupy on disk; beyond it the oldest events go"),
    FUNCTION_LOG_RATE(
            "SIZE",
            "none",
            "most that a function may write to its log a second, 500KB; what is beyond is left out, and counted there"),
    MAX_ENVIRONMENTS(
            "NUMBER", "auto", "most execution environments at once; auto: one for 12 MB of Java's heap, 16 to 1000"),
    ENVIRONMENT_MEMORY(
            "SIZE",
            "auto",
            "most memory of all execution environments together, 4GB; auto: the machine's less the server's less a tenth"),
    ENVIRONMENT_LIFETIME("TIME", "2h", "how old an execution environment grows, 1m to 8h"),
    CONCURRENT_EXECUTIONS("NUMBER", "1000", "most invocations at once of an account in a region, beyond it throttled"),
    UNRESERVED_MINIMUM("NUMBER", "100", "how many of them functions cannot reserve for themselves"),
    AWS_RATE_LIMIT("", "false", "throttle invocations beyond ten times the concurrency in a second, as AWS does"),
    AWS_STREAM_RATE("", "false", "stream answers beyond their first 6 MB at 2 MB a second, as AWS does"),
    ASYNC_RETRY_DELAY(
            "TIME", "1m", "before an event is tried again after a function error; twice as long the second time"),
    ASYNC_BACKOFF("TIME", "1s", "before an event that could not be run is tried again; doubled each time, up to 5m"),
    HOT_RELOAD(
            "FOLDER,…",
            "none",
            "let the code of functions be that folder, or one below it, as it lies there; may be repeated"),
    EXACT_RUNTIMES(
            "",
            "false",
            "refuse a runtime whose exact minor version is not on this machine, instead of running it on the nearest"),
    NO_JAVA_AOT("", "false", "make no AOT caches for functions that run on JDK 25 or newer"),
    ACCEPT_UNENFORCED(
            "",
            "false",
            "keep and show VpcConfig, FileSystemConfigs, DeadLetterConfig and SnapStart, which have no effect, instead of"
                    + " refusing them");

    private final String label;
    private final String otherwise;
    private final String meaning;

    Setting(String label, String otherwise, String meaning) {
        this.label = label;
        this.otherwise = otherwise;
        this.meaning = meaning;
    }

    /// Its key in the configuration file.
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String option() {
        return "--" + key();
    }

    String variable() {
        return "BODA_" + name();
    }

    /// What its value is called in the help text.
    String label() {
        return label;
    }

    /// Whether it is true by being named.
    boolean isFlag() {
        return label.isEmpty();
    }

    /// Whether it may be given several times, or with several values between commas.
    boolean isList() {
        return label.endsWith(",…");
    }

    /// Its value where nothing sets it.
    String otherwise() {
        return isList() ? "" : otherwise;
    }

    /// Its line in the help text.
    String description() {
        return meaning + " (default: " + otherwise + "; " + variable() + ")";
    }
}
