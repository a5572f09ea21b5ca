package dev.boda.function;

import dev.boda.aws.Arn;
import java.util.Comparator;

/// Which function: the key of everything that is kept of it. Two regions, or two accounts, hold two functions of one
/// name. Ordered as they are listed.
///
/// @param account 12 digits
/// @param name    at most 64 characters, without account, region and qualifier
public record FunctionName(String account, String region, String name) implements Comparable<FunctionName> {

    private static final Comparator<FunctionName> ORDER = Comparator.comparing(FunctionName::account)
            .thenComparing(FunctionName::region)
            .thenComparing(FunctionName::name);

    /// The function's ARN without a qualifier.
    public String arn() {
        return Arn.of("lambda", region, account, "function:" + name).toString();
    }

    /// The function's ARN with a qualifier, which need not exist.
    public String arn(Qualifier qualifier) {
        return arn() + ":" + qualifier.text();
    }

    /// The log group its output goes to, unless it is configured otherwise.
    public String logGroup() {
        return "/aws/lambda/" + name;
    }

    @Override
    public int compareTo(FunctionName other) {
        return ORDER.compare(this, other);
    }
}
