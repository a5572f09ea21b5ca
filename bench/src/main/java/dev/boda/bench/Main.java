package dev.boda.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// The command line of `boda bench`. The only class that prints.
public final class Main {

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    private final PrintStream out;
    private final PrintStream err;

    private Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /// Runs one set and ends the process with its status.
    public static void main(String[] arguments) throws Exception {
        var main = new Main(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8));
        System.exit(main.run(arguments));
    }

    private int run(String[] arguments) throws InterruptedException {
        var command = new CommandLine(spec());
        try {
            var parsed = command.parseArgs(arguments);
            if (parsed.isUsageHelpRequested()) {
                command.usage(out);
                return DONE;
            }
            measure(command, Order.of(command, parsed));
            return DONE;
        } catch (ParameterException wrong) {
            err.println("boda bench: " + wrong.getMessage());
            err.println("'boda bench --help' lists the sets and the options.");
            return WRONG_USE;
        } catch (IOException | IllegalStateException failure) {
            err.println("boda bench: " + failure.getMessage());
            return FAILED;
        }
    }

    static CommandSpec spec() {
        var spec = CommandSpec.create().name("boda bench");
        spec.usageMessage()
                .width(110)
                .description("Measures what a call costs next to the floor, without a network.")
                .footer(sets());
        return spec.addPositional(PositionalParamSpec.builder()
                        .arity("0..1")
                        .index("0")
                        .type(String.class)
                        .paramLabel("SET")
                        .description("what to measure; see below")
                        .build())
                .addOption(option(
                        Order.ROUNDS, "NUMBER", String.class, "how many times everything is measured (default: 3)"))
                .addOption(option(
                        Order.SECONDS, "SECONDS", String.class, "of each row in each round (default: 1.3; smoke: 0.2)"))
                .addOption(
                        option(Order.ONLY, "TEXT", String.class, "only rows whose name holds this, such as 'nodejs'"))
                .addOption(option(Order.JSON, "FILE", Path.class, "also writes everything as JSON"))
                .addOption(OptionSpec.builder("-h", "--help")
                        .arity("0")
                        .type(boolean.class)
                        .usageHelp(true)
                        .description("this text")
                        .build());
    }

    private static OptionSpec option(String name, String label, Class<?> type, String description) {
        return OptionSpec.builder(name)
                .arity("1")
                .type(type)
                .paramLabel(label)
                .description(description)
                .build();
    }

    private static String[] sets() {
        var lines = new java.util.ArrayList<String>();
        lines.add("");
        lines.add("Sets:");
        for (var set : BenchSet.values()) {
            lines.add(String.format(Locale.ROOT, "  %-10s %s", set.id(), set.description()));
        }
        return lines.toArray(String[]::new);
    }

    private void measure(CommandLine command, Order order) throws IOException, InterruptedException {
        var set = order.set();
        long begun = System.nanoTime();
        var home = Path.of(System.getProperty("boda.home", "."));
        var noise = new Noise();
        progress("starting the server and the bare loop");
        try (var bench = Bench.start(home, set)) {
            var suites = new Suites(bench);
            set.addTo(suites);
            var experiments = order.chosen(command, suites.all());
            var time = Duration.ofNanos((long) (order.seconds() * 1e9));
            var rows = new Rounds(order.rounds(), time, noise, this::progress).run(experiments);
            var findings = set.find(bench, time, this::progress);
            progress("");
            var took = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
            var plan = String.format(
                    Locale.ROOT,
                    "%d interleaved rounds of %s s a row, %d s in all",
                    order.rounds(),
                    order.seconds(),
                    took);
            var report = new Report(set, plan, new InForce(bench).settings(), noise, rows, findings);
            report.lines().forEach(out::println);
            if (order.json().isPresent()) {
                report.write(order.json().get());
            }
        }
    }

    /// One line that each next one replaces, where somebody watches: the launcher knows.
    private void progress(String text) {
        if (Boolean.getBoolean("boda.bench.watched")) {
            err.printf(Locale.ROOT, "\r%-100s\r%s", "", text);
        }
    }
}
