package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.function.FunctionName;
import dev.boda.function.FunctionReference;
import dev.boda.function.LambdaErrors;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Functions as requests name them.
final class NamedFunctions {

    private NamedFunctions() {}

    /// Whatever is named.
    static FunctionReference of(String text, @Nullable String qualifier, ApiCall call) {
        return FunctionReference.of(text, Optional.ofNullable(qualifier), call.caller());
    }

    /// A function as a whole: where its versions and aliases have no such thing. `$LATEST` is no other one.
    static FunctionName unqualified(String text, ApiCall call) {
        var reference = of(text, null, call);
        if (reference.qualifier().filter(qualifier -> !qualifier.isLatest()).isPresent()) {
            throw LambdaErrors.qualifierMismatch();
        }
        return reference.function();
    }

    /// A function of which a version or alias must not be named.
    static FunctionName functionOnly(String text, ApiCall call) {
        var reference = of(text, null, call);
        if (reference.qualifier().isPresent()) {
            throw LambdaErrors.functionOnly();
        }
        return reference.function();
    }
}
