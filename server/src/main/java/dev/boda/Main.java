package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.store.StoreCannotOpenException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The command line: `start`, `doctor`, `runtimes` and `debug`. The only class that prints and that ends the process.
public final class Main {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    /// Of a trial: a start would have begun. Not [#DONE], which is what `--help` ends with.
    private static final int GOOD = 10;

    /// Set by the launcher to know whether a start would go on before it downloads something for it.
    private static final String TRIAL = "boda.trial";

    private static final String CONFIG_FILE = "--config";
    private static final String DEBUG = "debug";
    private static final String WAIT = "--wait";

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs one command and ends the process with its status.
    public static void main(String[] arguments) throws Exception {
        var main = new Main(utf8(System.out), utf8(System.err));
        int status = main.run(arguments);
        ServerLog.end();
        System.exit(status);
    }

    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    private int run(String[] arguments) throws Exception {
        var commands = new CommandLine(CommandSpec.create().name("boda"))
                .addSubcommand(command("start", "Serves the AWS APIs until it is told to end."))
                .addSubcommand(command("doctor", "Says what this machine offers, and what brings what is missing."))
                .addSubcommand(command("runtimes", RuntimeCommand.USAGE)
                        .addPositional(PositionalParamSpec.builder()
                                .arity("0..3")
                                .type(String[].class)
                                .paramLabel("list | add ID [SOURCE] | remove ID")
                                .build()))
                .addSubcommand(debugCommand());
        try {
            var named = commands.parseArgs(arguments).subcommand();
            if (named == null) {
                throw new ParameterException(commands, "Say what to do: start, doctor, runtimes or debug.");
            }
            if (named.isUsageHelpRequested()) {
                named.commandSpec().commandLine().usage(out);
                return DONE;
            }
            var config = config(named);
            return switch (named.commandSpec().name()) {
                case "start" -> start(config);
                case "doctor" -> examine(config);
                case DEBUG -> debug(config, named);
                default -> runtimes(config, named.matchedPositionalValue(0, new String[0]));
            };
        } catch (ParameterException wrong) {
            err.println("boda: " + wrong.getMessage());
            err.println("'" + called(wrong.getCommandLine()) + " --help' lists the options.");
            return WRONG_USE;
        } catch (ConfigException wrong) {
            err.println("boda: " + wrong.getMessage());
            return WRONG_USE;
        } catch (StoreCannotOpenException closed) {
            err.println("boda: " + closed.getMessage());
            return FAILED;
        } catch (IOException refused) {
            err.println("boda: The machine does not let Boda do what it must: " + refused
                    + ". Check the disk and the permissions of the data directory; 'boda doctor' says more.");
            return FAILED;
        }
    }

    /// As it is typed; `boda start` where none was.
    private static String called(CommandLine command) {
        var name = command.getCommandSpec().qualifiedName();
        return name.equals("boda") ? "boda start" : name;
    }

    /// A command with an option for every setting: [Settings] gives their texts a meaning.
    private static CommandSpec command(String name, String description) {
        return command(name, description, EnumSet.allOf(Setting.class));
    }

    /// Its port is another one than the server's.
    private static CommandSpec debugCommand() {
        return command(DEBUG, DebugCommand.USAGE, EnumSet.of(Setting.DATA_DIR, Setting.REGION, Setting.ACCOUNT))
                .addOption(OptionSpec.builder(Setting.PORT.option())
                        .arity("1")
                        .type(String.class)
                        .paramLabel("NUMBER")
                        .description("the port to attach at (default: 9229 of Node.js, 5005 of Java, 5678 of Python)")
                        .build())
                .addOption(OptionSpec.builder(WAIT)
                        .arity("0")
                        .type(boolean.class)
                        .description("let Init begin only when a debugger has attached: to stop in what runs at Init")
                        .build())
                .addPositional(PositionalParamSpec.builder()
                        .arity("1")
                        .type(String.class)
                        .paramLabel("FUNCTION[:QUALIFIER]")
                        .build());
    }

    private static CommandSpec command(String name, String description, Set<Setting> settings) {
        var spec = CommandSpec.create().name(name);
        spec.usageMessage().description(description).width(100);
        for (var setting : settings) {
            spec.addOption(OptionSpec.builder(setting.option())
                    .arity(setting.isFlag() ? "0" : "1")
                    .type(type(setting))
                    .paramLabel(setting.label())
                    .description(setting.description())
                    .build());
        }
        return spec.addOption(OptionSpec.builder(CONFIG_FILE)
                        .arity("1")
                        .type(Path.class)
                        .paramLabel("FILE")
                        .description("a configuration file: a JSON object with the settings' names as keys, and"
                                + " 'runtimes' (default: boda.json in the data directory; BODA_CONFIG)")
                        .build())
                .addOption(OptionSpec.builder("-h", "--help")
                        .arity("0")
                        .type(boolean.class)
                        .usageHelp(true)
                        .description("this text")
                        .build());
    }

    private static Class<?> type(Setting setting) {
        if (setting.isFlag()) {
            return boolean.class;
        }
        return setting.isList() ? String[].class : String.class;
    }

    private static Config config(ParseResult parsed) {
        var options = new EnumMap<Setting, String>(Setting.class);
        for (var setting : Setting.values()) {
            boolean other =
                    setting == Setting.PORT && parsed.commandSpec().name().equals(DEBUG);
            if (!other && parsed.hasMatchedOption(setting.option())) {
                Object value = parsed.matchedOption(setting.option()).getValue();
                options.put(setting, value instanceof String[] several ? String.join(",", several) : value.toString());
            }
        }
        var home = Path.of(System.getProperty("boda.home", "."));
        var config = new Settings(options, System.getenv()).config(home, parsed.matchedOptionValue(CONFIG_FILE, null));
        // Before the first logger is made.
        System.setProperty(ServerLog.LEVEL, config.logLevel().wire());
        System.setProperty(ServerLog.FORMAT, config.logFormat().wire());
        return config;
    }

    private int start(Config config) throws IOException, InterruptedException {
        if (Boolean.getBoolean(TRIAL)) {
            Platform.rehearse(config);
            return GOOD;
        }
        var started = System.nanoTime();
        var ended = new CountDownLatch(1);
        var platform = Platform.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Who asks the second time does not want to wait.
            Signals.onEnding(platform::hurry);
            platform.close();
            ServerLog.end();
            ended.countDown();
        }));
        StartLines.of(config, platform, System.nanoTime() - started).forEach(out::println);
        ended.await();
        return DONE;
    }

    private int runtimes(Config config, String[] words) throws IOException, InterruptedException {
        try {
            new RuntimeCommand(config, out::println, err::println).run(List.of(words));
            return DONE;
        } catch (RuntimeCommand.FailedException failed) {
            err.println("boda: " + failed.getMessage());
            return FAILED;
        }
    }

    private int debug(Config config, ParseResult named) throws IOException, InterruptedException {
        try {
            var request = DebugCommand.Request.of(
                    named.matchedPositionalValue(0, ""),
                    named.matchedOptionValue(Setting.PORT.option(), ""),
                    named.matchedOptionValue(WAIT, false));
            err.println("boda: " + new DebugCommand(config, out::println).run(request) + ".");
        } catch (DebugCommand.FailedException failed) {
            err.println("boda: " + failed.getMessage());
        }
        return FAILED;
    }

    private int examine(Config config) throws IOException {
        var report = Doctor.examine(config);
        report.lines().forEach(out::println);
        return report.obstacles().isEmpty() ? DONE : FAILED;
    }
}
