package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Arn;
import dev.boda.function.LambdaErrors;
import dev.boda.function.Tags;
import java.util.Map;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

/// Tags of whatever of Lambda's can have some, by its ARN.
public final class TagOperations {

    /// By what an ARN's resource begins with.
    private final Map<String, TaggedResources> kinds;

    /// Every kind of AWS's; one that is not built yet has no resources.
    TagOperations(TaggedResources functions, TaggedResources codeSigningConfigs, TaggedResources layers) {
        kinds = Map.of(
                "function",
                functions,
                "code-signing-config",
                codeSigningConfigs,
                "layer",
                layers,
                "event-source-mapping",
                new TaggedResources.None("Event source mapping"),
                "capacity-provider",
                new TaggedResources.None("Capacity provider"));
    }

    public ListTagsResponse listTags(ListTagsRequest request, ApiCall call) {
        var resource = resource(request.resource());
        return ListTagsResponse.builder()
                .tags(kind(resource).tags(resource, call.caller()))
                .build();
    }

    public TagResourceResponse tagResource(TagResourceRequest request, ApiCall call) throws InterruptedException {
        var resource = resource(request.resource());
        kind(resource).retag(resource, call.caller(), tags -> {
            if (request.tags().isEmpty()) {
                throw LambdaErrors.noTags();
            }
            return Tags.with(tags, request.tags());
        });
        return TagResourceResponse.builder().build();
    }

    public UntagResourceResponse untagResource(UntagResourceRequest request, ApiCall call) throws InterruptedException {
        var resource = resource(request.resource());
        kind(resource).retag(resource, call.caller(), tags -> Tags.without(tags, request.tagKeys()));
        return UntagResourceResponse.builder().build();
    }

    /// The front door has held it against AWS's pattern.
    private static Arn resource(String text) {
        return Arn.parse(text).orElseThrow(() -> new IllegalArgumentException(text + " is no ARN"));
    }

    private TaggedResources kind(Arn resource) {
        var kind = kinds.get(resource.resource().split(":", 2)[0]);
        if (kind == null) {
            throw new IllegalArgumentException(resource + " is of a kind that has no tags");
        }
        return kind;
    }
}
