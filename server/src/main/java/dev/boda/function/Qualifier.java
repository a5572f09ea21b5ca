package dev.boda.function;

import java.util.Optional;
import java.util.regex.Pattern;

/// Which version of a function: `$LATEST`, a version's number, or an alias.
public record Qualifier(String text) {

    public static final Qualifier LATEST = new Qualifier(FunctionVersion.LATEST);

    /// More digits than any version has.
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]+");

    /// Whether this is `$LATEST`.
    public boolean isLatest() {
        return text.equals(FunctionVersion.LATEST);
    }

    /// Whether an alias may be called so. `$latest` names nothing at all.
    public boolean isAlias() {
        return NAME.matcher(text).matches() && !DIGITS.matcher(text).matches();
    }

    /// The number of a version, as long as it can be one.
    static Optional<Integer> number(String text) {
        return NUMBER.matcher(text).matches() ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
