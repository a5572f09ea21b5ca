package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import dev.boda.function.LambdaErrors;
import dev.boda.function.Qualifier;
import dev.boda.function.RuntimeManagement;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigResponse;

/// When a function gets another release of its runtime. Here each runtime has one release, which is the interpreter of
/// this machine: there is nothing to go back to.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html>
public final class RuntimeManagementOperations {

    private final FunctionCatalog catalog;

    RuntimeManagementOperations(FunctionCatalog catalog) {
        this.catalog = catalog;
    }

    public GetRuntimeManagementConfigResponse getRuntimeManagementConfig(
            GetRuntimeManagementConfigRequest request, ApiCall call) {
        var reference = NamedFunctions.of(request.functionName(), request.qualifier(), call);
        var function = named(reference);
        var management = function.runtimeManagement();
        // The function may have another runtime since, and stays at the one release of that.
        var staysAt = management.runtimeVersionArn().map(_ -> function.runtimeVersionArn());
        return GetRuntimeManagementConfigResponse.builder()
                .updateRuntimeOn(management.updateOn())
                .runtimeVersionArn(staysAt.orElse(null))
                .functionArn(reference.arn())
                .build();
    }

    public PutRuntimeManagementConfigResponse putRuntimeManagementConfig(
            PutRuntimeManagementConfigRequest request, ApiCall call) throws InterruptedException {
        var reference = NamedFunctions.of(request.functionName(), request.qualifier(), call);
        var management = RuntimeManagement.of(
                request.updateRuntimeOnAsString(),
                Optional.ofNullable(request.runtimeVersionArn()),
                named(reference).runtimeVersionArn());
        var _ = catalog.change(reference.function(), whole -> whole.with(reference.qualifier(), management));
        return PutRuntimeManagementConfigResponse.builder()
                .updateRuntimeOn(management.updateOn())
                .runtimeVersionArn(management.runtimeVersionArn().orElse(null))
                .functionArn(reference.arn())
                .build();
    }

    /// `$LATEST` or a version: an alias has no config of its own.
    private FunctionRecord named(FunctionReference reference) {
        if (reference.qualifier().filter(Qualifier::isAlias).isPresent()) {
            throw LambdaErrors.functionNotFound(reference.arn());
        }
        return catalog.get(reference);
    }
}
