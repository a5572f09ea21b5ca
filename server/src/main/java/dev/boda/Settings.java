package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.Config.LogFormat;
import dev.boda.Config.LogLevel;
import dev.boda.async.RetryPolicy;
import dev.boda.telemetry.LogLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the values of [Config] come from: an option, else its `BODA_…` variable, else the configuration file, else
/// the default. A variable or a key of the file that Boda does not know stops the start, as an unknown option does.
final class Settings {

    private static final Set<String> OTHER_VARIABLES = Set.of("BODA_CONFIG", "BODA_JAVA_OPTIONS");
    private static final Pattern SIZE = Pattern.compile("(?i)([0-9]{1,6}) ?(KB|MB|GB|TB)");
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");
    private static final String AUTO = "auto";
    private static final String FILE = "boda.json";
    private static final String RUNTIMES = "runtimes";

    private final Map<Setting, String> options;
    private final Map<String, String> variables;
    private JsonNode file = JsonMapper.shared().createObjectNode();

    /// @param options   those given
    /// @param variables the process's environment
    Settings(Map<Setting, String> options, Map<String, String> variables) {
        this.options = Map.copyOf(options);
        this.variables = Map.copyOf(variables);
    }

    /// Reads the file, if there is one, and checks everything.
    Config config(Path home, @Nullable Path configFile) {
        checkVariables();
        var named = Optional.ofNullable(configFile)
                .or(() -> Optional.ofNullable(variables.get("BODA_CONFIG")).map(Path::of));
        var dataBeforeFile = dataDirectory();
        named.ifPresentOrElse(this::readFile, () -> {
            if (Files.exists(dataBeforeFile.resolve(FILE))) {
                readFile(dataBeforeFile.resolve(FILE));
            }
        });
        return new Config(
                home,
                value(Setting.HOST),
                port(),
                dataDirectory(),
                value(Setting.REGION),
                value(Setting.ACCOUNT),
                LogLevel.of(value(Setting.LOG_LEVEL)),
                LogFormat.of(value(Setting.LOG_FORMAT)),
                flag(Setting.LOG_ACCESS),
                new Config.Guard(
                        flag(Setting.REQUIRE_CREDENTIALS),
                        flag(Setting.INSECURE),
                        list(Setting.ALLOW_ORIGIN),
                        list(Setting.ALLOW_HOST)),
                value(Setting.FUNCTION_URL_SUFFIX).toLowerCase(Locale.ROOT),
                new Config.Isolation(
                        flag(Setting.REQUIRE_ISOLATION),
                        flag(Setting.PLAIN_PROCESSES),
                        flag(Setting.ALLOW_AWS),
                        flag(Setting.REFUSE_PRIVATE_NETWORKS)),
                new Config.Limits(
                        bytes(Setting.CODE_STORAGE),
                        logs(),
                        environments(),
                        concurrency(),
                        new RetryPolicy.Delays(
                                duration(Setting.ASYNC_RETRY_DELAY),
                                duration(Setting.ASYNC_BACKOFF),
                                RetryPolicy.Delays.LONGEST)),
                hotReload(),
                flag(Setting.EXACT_RUNTIMES),
                !flag(Setting.NO_JAVA_AOT),
                flag(Setting.ACCEPT_UNENFORCED),
                interpreters());
    }

    private Path dataDirectory() {
        var path = value(Setting.DATA_DIR);
        if (path.isBlank()) {
            throw new ConfigException("The data directory has no name. Leave --data-dir out for ~/.boda.");
        }
        return folder(path);
    }

    /// A shell expands the tilde of an option; that of the default or of the file is expanded here.
    private Path folder(String path) {
        var home = Path.of(Optional.ofNullable(variables.get("HOME"))
                .filter(folder -> !folder.isEmpty())
                .orElse(System.getProperty("user.home")));
        return (path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path))
                .toAbsolutePath()
                .normalize();
    }

    private List<Path> hotReload() {
        return items(Setting.HOT_RELOAD).map(this::folder).distinct().toList();
    }

    private void checkVariables() {
        for (var name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith("BODA_")
                    && !OTHER_VARIABLES.contains(name)
                    && Arrays.stream(Setting.values())
                            .noneMatch(setting -> setting.variable().equals(name))) {
                throw new ConfigException("The environment variable " + name + " is not one of Boda's settings ("
                        + list(Setting::variable) + ", BODA_CONFIG). Correct or unset it.");
            }
        }
    }

    private void readFile(Path path) {
        try {
            file = JsonMapper.shared().readTree(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new ConfigException("There is no configuration file " + path + ".");
        } catch (JacksonException e) {
            throw new ConfigException("The configuration file " + path + " cannot be read: it is no JSON in line "
                    + e.getLocation().getLineNr() + " (" + e.getOriginalMessage() + ").");
        } catch (IOException e) {
            throw new ConfigException("The configuration file " + path + " cannot be read: " + e + ".");
        }
        if (!file.isObject()) {
            throw new ConfigException("The configuration file " + path + " is not a JSON object.");
        }
        for (var key : file.propertyNames()) {
            if (!key.equals(RUNTIMES)
                    && Arrays.stream(Setting.values())
                            .noneMatch(setting -> setting.key().equals(key))) {
                throw new ConfigException("The configuration file " + path + " has an unknown key '" + key
                        + "'. It may have " + list(Setting::key) + " and " + RUNTIMES + ".");
            }
        }
    }

    private static String list(Function<Setting, String> name) {
        return Arrays.stream(Setting.values()).map(name).collect(Collectors.joining(", "));
    }

    private String value(Setting setting) {
        return Optional.ofNullable(options.get(setting))
                .or(() -> Optional.ofNullable(variables.get(setting.variable())).filter(text -> !text.isEmpty()))
                .or(() -> Optional.ofNullable(file.get(setting.key())).map(Settings::text))
                .orElse(setting.otherwise());
    }

    private static String text(JsonNode value) {
        return value.isArray()
                ? value.values().stream().map(JsonNode::asString).collect(Collectors.joining(","))
                : value.asString();
    }

    private Set<String> list(Setting setting) {
        return items(setting).map(item -> item.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private Stream<String> items(Setting setting) {
        return Arrays.stream(value(setting).split(",", -1)).map(String::strip).filter(item -> !item.isEmpty());
    }

    private Config.Environments environments() {
        return new Config.Environments(mostEnvironments(), environmentMemory(), duration(Setting.ENVIRONMENT_LIFETIME));
    }

    private OptionalInt mostEnvironments() {
        var text = value(Setting.MAX_ENVIRONMENTS);
        if (text.equals(AUTO)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new ConfigException("The number of environments is a whole number or auto, not '" + text + "'.");
        }
    }

    private Config.Concurrency concurrency() {
        return new Config.Concurrency(
                number(Setting.CONCURRENT_EXECUTIONS),
                number(Setting.UNRESERVED_MINIMUM),
                flag(Setting.AWS_RATE_LIMIT),
                flag(Setting.AWS_STREAM_RATE));
    }

    private int number(Setting setting) {
        var text = value(setting);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException("The setting " + setting.key() + " is a whole number, not '" + text + "'.");
        }
    }

    private OptionalLong environmentMemory() {
        return value(Setting.ENVIRONMENT_MEMORY).equals(AUTO)
                ? OptionalLong.empty()
                : OptionalLong.of(bytes(Setting.ENVIRONMENT_MEMORY));
    }

    /// A time: a whole number of seconds, minutes or hours.
    private Duration duration(Setting setting) {
        var time = TIME.matcher(value(setting).strip());
        if (!time.matches()) {
            throw new ConfigException("The setting " + setting.key()
                    + " is a whole number of seconds, minutes or hours, 90s, 45m or 2h, not '" + value(setting)
                    + "'.");
        }
        long number = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private int port() {
        var text = value(Setting.PORT);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException("The port is a number from 0 to 65535, not '" + text + "'.");
        }
    }

    /// A size: a whole number of KB, MB, GB or TB, each 1,024 of the one before, as AWS counts.
    private long bytes(Setting setting) {
        var size = SIZE.matcher(value(setting).strip());
        if (!size.matches()) {
            throw new ConfigException("The setting " + setting.key() + " is "
                    + (SIZE.matcher(setting.otherwise()).matches() ? "" : setting.otherwise() + ", or ")
                    + "a whole number of KB, MB, GB or TB, 500MB or 75GB,"
                    + " not '" + value(setting) + "'.");
        }
        return Long.parseLong(size.group(1))
                << switch (size.group(2).toUpperCase(Locale.ROOT)) {
                    case "KB" -> 10;
                    case "MB" -> 20;
                    case "GB" -> 30;
                    default -> 40;
                };
    }

    private LogLimits logs() {
        long storage = bytes(Setting.LOG_STORAGE);
        if (storage < LogLimits.LEAST_STORED_BYTES) {
            throw new ConfigException("The setting " + Setting.LOG_STORAGE.key() + " is at least 1MB.");
        }
        var unlimited = value(Setting.FUNCTION_LOG_RATE).equals(Setting.FUNCTION_LOG_RATE.otherwise());
        long rate = unlimited ? 0 : bytes(Setting.FUNCTION_LOG_RATE);
        if (rate == 0 && !unlimited) {
            throw new ConfigException("The setting " + Setting.FUNCTION_LOG_RATE.key() + " is at least 1KB, or none.");
        }
        return new LogLimits(storage, rate);
    }

    private boolean flag(Setting setting) {
        var text = value(setting);
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default ->
                throw new ConfigException("The setting " + setting.key() + " is true or false, not '" + text + "'.");
        };
    }

    private Map<String, List<Path>> interpreters() {
        var result = new HashMap<String, List<Path>>();
        var section = file.get(RUNTIMES);
        if (section == null) {
            return result;
        }
        if (!section.isObject()) {
            throw new ConfigException("The section 'runtimes' maps a runtime id or language to paths of interpreters.");
        }
        for (var entry : section.properties()) {
            var paths = new ArrayList<Path>();
            var values =
                    entry.getValue().isArray() ? List.copyOf(entry.getValue().values()) : List.of(entry.getValue());
            for (var path : values) {
                if (!path.isString()) {
                    throw new ConfigException("In the section 'runtimes', '" + entry.getKey() + "' is no path.");
                }
                paths.add(Path.of(path.asString()));
            }
            result.put(entry.getKey(), List.copyOf(paths));
        }
        return result;
    }
}
