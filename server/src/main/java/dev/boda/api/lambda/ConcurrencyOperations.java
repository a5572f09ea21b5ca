package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Concurrency;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyResponse;

/// Reserved concurrency: a function's, all its versions together.
public final class ConcurrencyOperations {

    private final FunctionCatalog catalog;

    public ConcurrencyOperations(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    public DeleteFunctionConcurrencyResponse deleteFunctionConcurrency(
            DeleteFunctionConcurrencyRequest request, ApiCall call) throws InterruptedException {
        catalog.reserve(NamedFunctions.functionOnly(request.functionName(), call), Optional.empty());
        return DeleteFunctionConcurrencyResponse.builder().build();
    }

    public GetFunctionConcurrencyResponse getFunctionConcurrency(GetFunctionConcurrencyRequest request, ApiCall call) {
        var name = NamedFunctions.functionOnly(request.functionName(), call);
        var function = catalog.get(new FunctionReference(name, Optional.empty()));
        return GetFunctionConcurrencyResponse.builder()
                .reservedConcurrentExecutions(function.reservedConcurrency().orElse(null))
                .build();
    }

    public PutFunctionConcurrencyResponse putFunctionConcurrency(PutFunctionConcurrencyRequest request, ApiCall call)
            throws InterruptedException {
        var executions = request.reservedConcurrentExecutions();
        catalog.reserve(NamedFunctions.functionOnly(request.functionName(), call), Optional.of(executions));
        return PutFunctionConcurrencyResponse.builder()
                .reservedConcurrentExecutions(executions)
                .build();
    }

    /// The `Concurrency` of a function; null if nothing is reserved for it.
    static @Nullable Concurrency shape(FunctionRecord function) {
        return function.reservedConcurrency()
                .map(executions -> Concurrency.builder()
                        .reservedConcurrentExecutions(executions)
                        .build())
                .orElse(null);
    }
}
