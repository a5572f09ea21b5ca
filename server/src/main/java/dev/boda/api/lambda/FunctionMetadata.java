package dev.boda.api.lambda;

import dev.boda.aws.ServiceOperations;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;

/// The operations about what is kept beside a function's code and settings.
public final class FunctionMetadata implements LambdaApi.Resource {

    private final TagOperations tags;
    private final CodeSigningOperations signing;
    private final RuntimeManagementOperations runtimes;

    public FunctionMetadata(FunctionCatalog catalog, CodeSigningConfigs configs) {
        runtimes = new RuntimeManagementOperations(catalog);
        signing = new CodeSigningOperations(configs, catalog);
        tags = new TagOperations(
                new TaggedFunctions(catalog),
                new TaggedCodeSigningConfigs(configs),
                new TaggedResources.Unbuilt("tags of layers"));
    }

    @Override
    public void register(ServiceOperations.Builder api) {
        registerSigning(api);
        api.on("ListTags", ListTagsRequest::builder, tags::listTags)
                .on("TagResource", TagResourceRequest::builder, LambdaApi.stored(tags::tagResource))
                .on("UntagResource", UntagResourceRequest::builder, LambdaApi.stored(tags::untagResource))
                .on(
                        "GetRuntimeManagementConfig",
                        GetRuntimeManagementConfigRequest::builder,
                        runtimes::getRuntimeManagementConfig)
                .on(
                        "PutRuntimeManagementConfig",
                        PutRuntimeManagementConfigRequest::builder,
                        LambdaApi.stored(runtimes::putRuntimeManagementConfig));
    }

    private void registerSigning(ServiceOperations.Builder api) {
        api.on(
                        "CreateCodeSigningConfig",
                        CreateCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::createCodeSigningConfig))
                .on(
                        "DeleteCodeSigningConfig",
                        DeleteCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::deleteCodeSigningConfig))
                .on(
                        "DeleteFunctionCodeSigningConfig",
                        DeleteFunctionCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::deleteFunctionCodeSigningConfig))
                .on(
                        "GetCodeSigningConfig",
                        GetCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::getCodeSigningConfig))
                .on(
                        "GetFunctionCodeSigningConfig",
                        GetFunctionCodeSigningConfigRequest::builder,
                        signing::getFunctionCodeSigningConfig)
                .on(
                        "ListCodeSigningConfigs",
                        ListCodeSigningConfigsRequest::builder,
                        LambdaApi.stored(signing::listCodeSigningConfigs))
                .on(
                        "ListFunctionsByCodeSigningConfig",
                        ListFunctionsByCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::listFunctionsByCodeSigningConfig))
                .on(
                        "PutFunctionCodeSigningConfig",
                        PutFunctionCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::putFunctionCodeSigningConfig))
                .on(
                        "UpdateCodeSigningConfig",
                        UpdateCodeSigningConfigRequest::builder,
                        LambdaApi.stored(signing::updateCodeSigningConfig));
    }
}
