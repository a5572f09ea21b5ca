package dev.boda.api.lambda;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionReference;
import dev.boda.function.LambdaErrors;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The tags of functions: of all versions together. Changing them gives the function another revision id, as
/// LocalStack's tests hold against AWS.
record TaggedFunctions(FunctionCatalog catalog) implements TaggedResources {

    @Override
    public Map<String, String> tags(Arn resource, Caller caller) {
        return catalog.get(reference(resource, caller)).tags();
    }

    @Override
    public void retag(Arn resource, Caller caller, UnaryOperator<Map<String, String>> change)
            throws InterruptedException {
        var name = reference(resource, caller).function();
        var _ = catalog.revise(name, function -> function.with(its -> its.tags = change.apply(its.tags)));
    }

    private static FunctionReference reference(Arn resource, Caller caller) {
        var reference = FunctionReference.of(resource.toString(), Optional.empty(), caller);
        if (reference.qualifier().isPresent()) {
            throw LambdaErrors.functionTagsOnly();
        }
        return reference;
    }
}
