package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.Config.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where the values of [Config] come from: an option, else its `BODA_…` variable, else the configuration file, else
/// the default. A variable or a key of the file that Boda does not know stops the start, as an unknown option does.
final class Settings {

    private static final Set<String> NAMES =
            Set.of("host", "port", "data-dir", "region", "account", "log-level", "exact-runtimes");
    private static final Set<String> OTHER_VARIABLES = Set.of("BODA_CONFIG", "BODA_JAVA_OPTIONS");
    private static final String FILE = "boda.json";
    private static final String RUNTIMES = "runtimes";

    private final Map<String, String> options;
    private final Map<String, String> variables;
    private JsonNode file = JsonMapper.shared().createObjectNode();

    /// @param options   the options given, by their names without dashes
    /// @param variables the process's environment
    Settings(Map<String, String> options, Map<String, String> variables) {
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
                value("host").orElse("127.0.0.1"),
                number("port", 4566),
                dataDirectory(),
                value("region").orElse("us-east-1"),
                value("account").orElse("000000000000"),
                LogLevel.of(value("log-level").orElse("info")),
                flag("exact-runtimes"),
                interpreters());
    }

    private Path dataDirectory() {
        var home = Optional.ofNullable(variables.get("HOME")).orElse("");
        var path = value("data-dir").map(Path::of).orElseGet(() -> Path.of(home.isEmpty() ? "." : home, ".boda"));
        return path.toAbsolutePath().normalize();
    }

    private void checkVariables() {
        for (var name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith("BODA_")
                    && !OTHER_VARIABLES.contains(name)
                    && NAMES.stream().noneMatch(setting -> variable(setting).equals(name))) {
                throw new ConfigException("The environment variable " + name + " is not one of Boda's settings ("
                        + String.join(
                                ", ",
                                NAMES.stream().map(Settings::variable).sorted().toList())
                        + "). Correct or unset it.");
            }
        }
    }

    private void readFile(Path path) {
        try {
            file = JsonMapper.shared().readTree(Files.readString(path));
        } catch (IOException | JacksonException e) {
            throw new ConfigException("The configuration file " + path + " cannot be read: " + e.getMessage());
        }
        if (!file.isObject()) {
            throw new ConfigException("The configuration file " + path + " is not a JSON object.");
        }
        for (var key : file.propertyNames()) {
            if (!NAMES.contains(key) && !key.equals(RUNTIMES)) {
                throw new ConfigException("The configuration file " + path + " has an unknown key '" + key + "'.");
            }
        }
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(options.get(name))
                .or(() -> Optional.ofNullable(variables.get(variable(name))).filter(text -> !text.isEmpty()))
                .or(() -> Optional.ofNullable(file.get(name)).map(JsonNode::asString));
    }

    private int number(String name, int otherwise) {
        var text = value(name).orElse(Integer.toString(otherwise));
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new ConfigException("The " + name + " is a number, not '" + text + "'.");
        }
    }

    private boolean flag(String name) {
        var text = value(name).orElse("false");
        return switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw new ConfigException("The setting " + name + " is true or false, not '" + text + "'.");
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

    private static String variable(String setting) {
        return "BODA_" + setting.toUpperCase(java.util.Locale.ROOT).replace('-', '_');
    }
}
