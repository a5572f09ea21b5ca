package dev.boda.api.lambda;

import dev.boda.aws.ServiceOperations;
import java.util.Set;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetAccountSettingsRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/// The operations of Lambda that work. The front door refuses the others by name.
public final class LambdaApi {

    private LambdaApi() {}

    public static ServiceOperations of(
            FunctionOperations functions, InvokeOperations invoke, AccountOperations account) {
        return ServiceOperations.of("lambda")
                .on("CreateFunction", CreateFunctionRequest::builder, functions::createFunction)
                .on("DeleteFunction", DeleteFunctionRequest::builder, functions::deleteFunction)
                .on("GetAccountSettings", GetAccountSettingsRequest::builder, account::getAccountSettings)
                .on("GetFunction", GetFunctionRequest::builder, functions::getFunction)
                .on(
                        "GetFunctionConfiguration",
                        GetFunctionConfigurationRequest::builder,
                        functions::getFunctionConfiguration)
                .on("Invoke", InvokeRequest::builder, invoke::invoke)
                .on("ListFunctions", ListFunctionsRequest::builder, functions::listFunctions)
                .on("UpdateFunctionCode", UpdateFunctionCodeRequest::builder, functions::updateFunctionCode)
                .on(
                        "UpdateFunctionConfiguration",
                        UpdateFunctionConfigurationRequest::builder,
                        functions::updateFunctionConfiguration)
                .build();
    }

    /// Members of requests that are refused by name, for docs/parity.md; sorted.
    public static Set<String> unbuiltMembers() {
        return UnbuiltMembers.names();
    }
}
