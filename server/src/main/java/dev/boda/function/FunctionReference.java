package dev.boda.function;

import dev.boda.aws.Caller;
import java.util.Optional;
import java.util.regex.Pattern;

/// How a request names a function, understood once: by its name, a partial ARN (`123456789012:function:hello`) or its
/// ARN, each with or without a qualifier behind it.
///
/// @param qualifier as the request says it, in the name or beside it
public record FunctionReference(FunctionName function, Optional<Qualifier> qualifier) {

    /// AWS's pattern of function names, with names for its parts.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>
    private static final Pattern PATTERN = Pattern.compile("(arn:(aws[a-zA-Z-]*)?:lambda:)?"
            + "((?<region>(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d):)?"
            + "((?<account>\\d{12}):)?"
            + "(function:)?"
            + "(?<name>[a-zA-Z0-9-_.]+)"
            + "(:(?<qualifier>\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?");

    /// The pattern lets parts be left out. Another account's function is named without a doubt: what was asked for, and
    /// what is done, must be the same.
    private static final Pattern WHOLE =
            Pattern.compile("(arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?\\d{12}:function:[a-zA-Z0-9-_.]+(:[^:]+)?");

    /// What `text`, and a qualifier given beside it, mean to `caller`. Refuses other accounts, other regions, and two
    /// qualifiers that differ.
    ///
    /// @param text already held against AWS's pattern
    public static FunctionReference of(String text, Optional<String> qualifier, Caller caller) {
        var reference = ofAny(text, qualifier, caller);
        if (!reference.function().account().equals(caller.account())) {
            throw LambdaErrors.accessDenied();
        }
        return reference;
    }

    /// As [#of], in whatever account: for operations that a function's policy may permit to others.
    public static FunctionReference ofAny(String text, Optional<String> qualifier, Caller caller) {
        if (text.indexOf(':') < 0) {
            return new FunctionReference(
                    new FunctionName(caller.account(), caller.region(), text), qualifier.map(Qualifier::new));
        }
        var matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text + " is not a function's name");
        }
        var account = Optional.ofNullable(matcher.group("account")).orElse(caller.account());
        if (!account.equals(caller.account()) && !WHOLE.matcher(text).matches()) {
            throw LambdaErrors.accessDenied();
        }
        var region = Optional.ofNullable(matcher.group("region")).orElse(caller.region());
        if (!region.equals(caller.region())) {
            throw LambdaErrors.otherRegion(region, caller.region());
        }
        var derived = Optional.ofNullable(matcher.group("qualifier"));
        if (derived.isPresent() && qualifier.isPresent() && !derived.equals(qualifier)) {
            throw LambdaErrors.qualifierMismatch();
        }
        return new FunctionReference(
                new FunctionName(account, region, matcher.group("name")),
                qualifier.or(() -> derived).map(Qualifier::new));
    }

    /// The ARN of what is named, with the qualifier if there is one.
    public String arn() {
        return qualifier.map(function::arn).orElseGet(function::arn);
    }
}
