package dev.boda.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What is asked for, all of it possible: what is not is refused before anything runs.
///
/// @param rounds  at least 1
/// @param seconds of each row in each round; more than 0
/// @param only    what a row's name must hold; empty: all rows
/// @param json    a file that can be written
record Order(BenchSet set, int rounds, double seconds, String only, Optional<Path> json) {

    static final String ROUNDS = "--rounds";
    static final String SECONDS = "--seconds";
    static final String ONLY = "--only";
    static final String JSON = "--json";

    private static final int USUAL_ROUNDS = 3;
    private static final double USUAL_SECONDS = 1.3;
    private static final double SMOKE_SECONDS = 0.2;
    private static final int MOST_ROUNDS = 1_000;
    private static final int MOST_SECONDS = 600;

    static Order of(CommandLine command, ParseResult parsed) {
        String name = parsed.matchedPositionalValue(0, BenchSet.DEFAULT.id());
        var set = BenchSet.find(name)
                .orElseThrow(() -> new ParameterException(
                        command,
                        "There is no set '" + name + "'; there are "
                                + Arrays.stream(BenchSet.values())
                                        .map(BenchSet::id)
                                        .collect(Collectors.joining(", "))
                                + "."));
        String only = parsed.matchedOptionValue(ONLY, "");
        if (!only.isEmpty() && !set.hasRounds()) {
            throw new ParameterException(command, ONLY + ": the set '" + name + "' has no rows to choose from.");
        }
        @Nullable Path json = parsed.matchedOptionValue(JSON, (Path) null);
        if (json != null) {
            checkWritable(command, json);
        }
        boolean brief = set == BenchSet.SMOKE;
        return new Order(
                set,
                rounds(command, parsed.matchedOptionValue(ROUNDS, brief ? "1" : Integer.toString(USUAL_ROUNDS))),
                seconds(
                        command,
                        parsed.matchedOptionValue(SECONDS, Double.toString(brief ? SMOKE_SECONDS : USUAL_SECONDS))),
                only,
                Optional.ofNullable(json));
    }

    private static int rounds(CommandLine command, String text) {
        try {
            int rounds = Integer.parseInt(text);
            if (rounds >= 1 && rounds <= MOST_ROUNDS) {
                return rounds;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new ParameterException(
                command, ROUNDS + " is a whole number from 1 to " + MOST_ROUNDS + ", not '" + text + "'.");
    }

    private static double seconds(CommandLine command, String text) {
        try {
            double seconds = Double.parseDouble(text);
            if (seconds > 0 && seconds <= MOST_SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new ParameterException(
                command, SECONDS + " is a number above 0, at most " + MOST_SECONDS + ", not '" + text + "'.");
    }

    private static void checkWritable(CommandLine command, Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(file)) {
            throw new ParameterException(command, JSON + ": " + file + " is a folder.");
        }
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(command, JSON + ": there is no folder " + folder + ".");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new ParameterException(command, JSON + ": " + file + " cannot be written.");
        }
    }

    /// Those that are asked for.
    List<Experiment> chosen(CommandLine command, List<Experiment> all) {
        var chosen = all.stream()
                .filter(experiment -> experiment.label().name().contains(only))
                .toList();
        if (chosen.isEmpty() && !all.isEmpty()) {
            throw new ParameterException(
                    command,
                    "No row's name holds '" + only + "'; the first of them is '"
                            + all.getFirst().label().name() + "'.");
        }
        return chosen;
    }
}
