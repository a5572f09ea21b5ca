package dev.boda.api.lambda;

import dev.boda.aws.Operation;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.LambdaErrors;
import dev.boda.store.StoreUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionConcurrencyRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/// The operations of Lambda that work. The front door refuses the others by name.
public final class LambdaApi {

    private LambdaApi() {}

    /// Whoever answers some of them.
    public interface Resource {

        void register(ServiceOperations.Builder operations);
    }

    /// @param resources the other resources than functions, each with its operations
    public static ServiceOperations of(
            FunctionOperations functions,
            ConcurrencyOperations concurrency,
            AccountOperations account,
            List<Resource> resources) {
        var operations = ServiceOperations.of("lambda")
                .check(functions.requested()::refuseUnbuilt)
                .on("CreateFunction", CreateFunctionRequest::builder, stored(functions::createFunction))
                .on("DeleteFunction", DeleteFunctionRequest::builder, stored(functions::deleteFunction))
                .on(
                        "DeleteFunctionConcurrency",
                        DeleteFunctionConcurrencyRequest::builder,
                        stored(concurrency::deleteFunctionConcurrency))
                .on("GetAccountSettings", GetAccountSettingsRequest::builder, account::getAccountSettings)
                .on("GetFunction", GetFunctionRequest::builder, functions::getFunction)
                .on(
                        "GetFunctionConcurrency",
                        GetFunctionConcurrencyRequest::builder,
                        concurrency::getFunctionConcurrency)
                .on(
                        "GetFunctionConfiguration",
                        GetFunctionConfigurationRequest::builder,
                        functions::getFunctionConfiguration)
                .on("ListFunctions", ListFunctionsRequest::builder, functions::listFunctions)
                .on(
                        "PutFunctionConcurrency",
                        PutFunctionConcurrencyRequest::builder,
                        stored(concurrency::putFunctionConcurrency))
                .on("UpdateFunctionCode", UpdateFunctionCodeRequest::builder, stored(functions::updateFunctionCode))
                .on(
                        "UpdateFunctionConfiguration",
                        UpdateFunctionConfigurationRequest::builder,
                        stored(functions::updateFunctionConfiguration));
        resources.forEach(resource -> resource.register(operations));
        return operations.build();
    }

    /// Those that need nothing but the catalogue and what the engine has provisioned, and others.
    public static List<Resource> resources(
            FunctionCatalog catalog, ProvisionedConcurrencyOperations.Engine provisioned, Resource... others) {
        var all = new ArrayList<>(List.of(others));
        all.add(new VersionOperations(catalog));
        all.add(new AliasOperations(catalog));
        all.add(new PermissionOperations(catalog));
        all.add(new ProvisionedConcurrencyOperations(catalog, provisioned));
        all.add(new EventInvokeOperations(catalog));
        all.add(new RecursionOperations(catalog));
        return all;
    }

    /// A store that cannot be written is AWS's `ServiceException`.
    static <I, O> Operation<I, O> stored(Operation<I, O> operation) {
        return (input, call) -> {
            try {
                return operation.answer(input, call);
            } catch (StoreUnavailableException e) {
                throw LambdaErrors.storeUnavailable(e);
            }
        };
    }

    /// Members of requests that are refused by name, for docs/parity.md; sorted.
    public static Set<String> unbuiltMembers() {
        return UnbuiltMembers.names();
    }
}
