package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionVersions;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionRequest;
import software.amazon.awssdk.services.lambda.model.ListVersionsByFunctionResponse;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionResponse;

/// Versions of functions: publishing and listing them. A version is deleted by DeleteFunction.
public final class VersionOperations implements LambdaApi.Resource {

    private static final String LISTING = "ListVersionsByFunction";

    private final FunctionCatalog catalog;
    private final FunctionVersions versions;

    public VersionOperations(FunctionCatalog catalog) {
        this.catalog = catalog;
        this.versions = new FunctionVersions(catalog);
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(LISTING, ListVersionsByFunctionRequest::builder, this::listVersionsByFunction)
                .on("PublishVersion", PublishVersionRequest::builder, LambdaApi.stored(this::publishVersion));
    }

    public PublishVersionResponse publishVersion(PublishVersionRequest request, ApiCall call)
            throws InterruptedException {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        var expected = new FunctionVersions.Expected(
                Optional.ofNullable(request.revisionId()),
                Optional.ofNullable(request.codeSha256()).filter(sha -> !sha.isEmpty()));
        var published = versions.publish(
                name, Optional.ofNullable(request.description()).filter(text -> !text.isEmpty()), expected);
        return FunctionShapes.into(PublishVersionResponse.builder(), FunctionShapes.whole(published))
                .build();
    }

    public ListVersionsByFunctionResponse listVersionsByFunction(ListVersionsByFunctionRequest request, ApiCall call) {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        var marker = Marker.decode(LISTING, request.marker());
        int after = marker.isEmpty() ? -1 : Integer.parseInt(marker);
        int limit = Marker.limit(request.maxItems());
        var found = catalog.require(name)
                .all()
                .filter(version -> version.number() > after)
                .limit(limit + 1L)
                .toList();
        var page = Page.of(found, limit, LISTING, version -> String.valueOf(version.number()));
        return ListVersionsByFunctionResponse.builder()
                .versions(page.items().stream().map(FunctionShapes::listed).toList())
                .nextMarker(page.nextToken())
                .build();
    }
}
