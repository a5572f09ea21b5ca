package dev.boda.api.lambda;

import dev.boda.aws.ServiceOperations;
import dev.boda.function.FunctionCatalog;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;

/// The operations about what is kept beside a function's code and settings.
public final class FunctionMetadata {

    private final TagOperations tags;

    public FunctionMetadata(FunctionCatalog catalog) {
        tags = new TagOperations(
                new TaggedFunctions(catalog),
                new TaggedResources.None("Code signing config"),
                new TaggedResources.None("Layer"));
    }

    ServiceOperations.Builder register(ServiceOperations.Builder api) {
        return api.on("ListTags", ListTagsRequest::builder, tags::listTags)
                .on("TagResource", TagResourceRequest::builder, LambdaApi.stored(tags::tagResource))
                .on("UntagResource", UntagResourceRequest::builder, LambdaApi.stored(tags::untagResource));
    }
}
