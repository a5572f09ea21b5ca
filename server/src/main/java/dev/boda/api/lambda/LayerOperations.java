package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerDescription;
import dev.boda.function.LayerErrors;
import dev.boda.function.LayerName;
import dev.boda.function.LayerRules;
import dev.boda.function.LayerVersion;
import dev.boda.function.LayerVersionReference;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionByArnResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsRequest;
import software.amazon.awssdk.services.lambda.model.ListLayerVersionsResponse;
import software.amazon.awssdk.services.lambda.model.ListLayersRequest;
import software.amazon.awssdk.services.lambda.model.ListLayersResponse;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionResponse;

/// Layers: publishing, reading, listing and deleting their versions.
public final class LayerOperations implements LambdaApi.Resource {

    private static final String LAYERS = "ListLayers";
    private static final String VERSIONS = "ListLayerVersions";

    private final LayerCatalog catalog;
    private final CodeIntake intake;
    private final CodeDownloads downloads;

    public LayerOperations(LayerCatalog catalog, CodeIntake intake, CodeDownloads downloads) {
        this.catalog = catalog;
        this.intake = intake;
        this.downloads = downloads;
    }

    /// Adds the operations of layers, those of their policies too.
    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "DeleteLayerVersion",
                        DeleteLayerVersionRequest::builder,
                        LambdaApi.stored(this::deleteLayerVersion))
                .on("GetLayerVersion", GetLayerVersionRequest::builder, this::getLayerVersion)
                .on("GetLayerVersionByArn", GetLayerVersionByArnRequest::builder, this::getLayerVersionByArn)
                .on("ListLayerVersions", ListLayerVersionsRequest::builder, this::listLayerVersions)
                .on("ListLayers", ListLayersRequest::builder, this::listLayers)
                .on(
                        "PublishLayerVersion",
                        PublishLayerVersionRequest::builder,
                        LambdaApi.stored(this::publishLayerVersion));
        new LayerPermissionOperations(catalog).register(operations);
    }

    public DeleteLayerVersionResponse deleteLayerVersion(DeleteLayerVersionRequest request, ApiCall call) {
        catalog.delete(own(request.layerName(), request.versionNumber(), "lambda:DeleteLayerVersion", call));
        return DeleteLayerVersionResponse.builder().build();
    }

    public GetLayerVersionResponse getLayerVersion(GetLayerVersionRequest request, ApiCall call) {
        var layer = LayerName.of(request.layerName(), call.caller());
        return whole(new LayerVersionReference(layer, request.versionNumber()), call);
    }

    public GetLayerVersionByArnResponse getLayerVersionByArn(GetLayerVersionByArnRequest request, ApiCall call) {
        var reference = LayerVersionReference.of(request.arn(), call.caller());
        return LayerShapes.into(GetLayerVersionByArnResponse.builder(), whole(reference, call))
                .build();
    }

    private GetLayerVersionResponse whole(LayerVersionReference reference, ApiCall call) {
        var version = readable(reference, call);
        return LayerShapes.whole(version, downloads.location(version.digest(), call));
    }

    private LayerVersion readable(LayerVersionReference reference, ApiCall call) {
        checkNumber(reference.number());
        var caller = call.caller();
        var layer = reference.layer();
        if (!layer.region().equals(caller.region())) {
            throw LayerErrors.resourceNotFound();
        }
        return catalog.find(reference)
                .filter(version -> version.permits(caller.account()))
                .orElseThrow(() -> layer.account().equals(caller.account())
                        ? LayerErrors.resourceNotFound()
                        : LayerErrors.notPermitted(caller, "lambda:GetLayerVersion", reference.arn()));
    }

    public ListLayerVersionsResponse listLayerVersions(ListLayerVersionsRequest request, ApiCall call) {
        var layer = LayerName.of(request.layerName(), call.caller());
        checkOwn(layer, "lambda:ListLayerVersions", layer.arn(), call);
        LayerRules.checkRuntime(request.compatibleRuntimeAsString());
        var filter = LayerShapes.filter(request.compatibleRuntimeAsString(), request.compatibleArchitectureAsString());
        var marker = Marker.decode(VERSIONS, request.marker());
        long before = marker.isEmpty() ? Long.MAX_VALUE : Long.parseLong(marker);
        int limit = Marker.limit(request.maxItems());
        var page = Page.of(
                catalog.versions(layer, filter, before, limit + 1),
                limit,
                VERSIONS,
                version -> Long.toString(version.number()));
        return ListLayerVersionsResponse.builder()
                .layerVersions(page.items().stream().map(LayerShapes::listed).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public ListLayersResponse listLayers(ListLayersRequest request, ApiCall call) {
        LayerRules.checkRuntime(request.compatibleRuntimeAsString());
        var caller = call.caller();
        var filter = LayerShapes.filter(request.compatibleRuntimeAsString(), request.compatibleArchitectureAsString());
        var after = new LayerName(caller.account(), caller.region(), Marker.decode(LAYERS, request.marker()));
        int limit = Marker.limit(request.maxItems());
        var page = Page.of(
                catalog.list(after, filter, limit + 1),
                limit,
                LAYERS,
                version -> version.layer().name());
        return ListLayersResponse.builder()
                .layers(page.items().stream().map(LayerShapes::layer).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public PublishLayerVersionResponse publishLayerVersion(PublishLayerVersionRequest request, ApiCall call)
            throws InterruptedException {
        var layer = LayerName.of(request.layerName(), call.caller());
        checkOwn(layer, "lambda:PublishLayerVersion", layer.arn(), call);
        LayerRules.checkRuntimes(request.compatibleRuntimesAsStrings());
        var description = new LayerDescription(
                Optional.ofNullable(request.description()).orElse(""),
                Optional.of(request.compatibleRuntimesAsStrings()).filter(_ -> request.hasCompatibleRuntimes()),
                Optional.of(request.compatibleArchitecturesAsStrings())
                        .filter(_ -> request.hasCompatibleArchitectures()),
                Optional.ofNullable(request.licenseInfo()));
        var published = intake.keep(
                request.content().zipFile(),
                bytes -> catalog.checkCodeStorage(layer, bytes),
                kept -> catalog.publish(layer, description, kept));
        var shape = LayerShapes.whole(published, downloads.location(published.digest(), call));
        return LayerShapes.into(PublishLayerVersionResponse.builder(), shape).build();
    }

    /// A version that only the layer's own account may do this with.
    static LayerVersionReference own(String name, long number, String action, ApiCall call) {
        checkNumber(number);
        var reference = new LayerVersionReference(LayerName.of(name, call.caller()), number);
        checkOwn(reference.layer(), action, reference.arn(), call);
        return reference;
    }

    private static void checkNumber(long number) {
        if (number < 1) {
            throw LayerErrors.numberTooSmall();
        }
    }

    /// Nobody can permit this to another account. What AWS says of another region is not known.
    private static void checkOwn(LayerName layer, String action, String arn, ApiCall call) {
        var caller = call.caller();
        if (!layer.account().equals(caller.account()) || !layer.region().equals(caller.region())) {
            throw LayerErrors.notPermitted(caller, action, arn);
        }
    }
}
