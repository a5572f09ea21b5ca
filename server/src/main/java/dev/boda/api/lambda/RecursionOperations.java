package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.RecursiveLoop;
import dev.boda.function.RecursiveLoops;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigResponse;

/// Whether a function that is invoked in a loop is stopped.
public final class RecursionOperations implements LambdaApi.Resource {

    private final RecursiveLoops loops;

    RecursionOperations(FunctionCatalog catalog) {
        this.loops = new RecursiveLoops(catalog);
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "GetFunctionRecursionConfig",
                        GetFunctionRecursionConfigRequest::builder,
                        this::getFunctionRecursionConfig)
                .on(
                        "PutFunctionRecursionConfig",
                        PutFunctionRecursionConfigRequest::builder,
                        LambdaApi.stored(this::putFunctionRecursionConfig));
    }

    public GetFunctionRecursionConfigResponse getFunctionRecursionConfig(
            GetFunctionRecursionConfigRequest request, ApiCall call) {
        var loop = loops.get(NamedFunctions.functionOnly(request.functionName(), call));
        return GetFunctionRecursionConfigResponse.builder()
                .recursiveLoop(loop.wire())
                .build();
    }

    public PutFunctionRecursionConfigResponse putFunctionRecursionConfig(
            PutFunctionRecursionConfigRequest request, ApiCall call) throws InterruptedException {
        var loop = loops.put(
                NamedFunctions.functionOnly(request.functionName(), call),
                RecursiveLoop.of(request.recursiveLoopAsString()));
        return PutFunctionRecursionConfigResponse.builder()
                .recursiveLoop(loop.wire())
                .build();
    }
}
