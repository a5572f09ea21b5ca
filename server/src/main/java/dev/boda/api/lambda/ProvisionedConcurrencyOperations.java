package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.engine.ProvisionedConcurrency.Progress;
import dev.boda.engine.ProvisionedConcurrency.Status;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.ProvisionedVersions;
import dev.boda.function.ProvisionedVersions.Asked;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.DeleteProvisionedConcurrencyConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteProvisionedConcurrencyConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetProvisionedConcurrencyConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetProvisionedConcurrencyConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListProvisionedConcurrencyConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListProvisionedConcurrencyConfigsResponse;
import software.amazon.awssdk.services.lambda.model.ProvisionedConcurrencyConfigListItem;
import software.amazon.awssdk.services.lambda.model.PutProvisionedConcurrencyConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutProvisionedConcurrencyConfigResponse;

/// Provisioned concurrency of versions and aliases.
public final class ProvisionedConcurrencyOperations implements LambdaApi.Resource {

    private static final String LISTING = "ListProvisionedConcurrencyConfigs";

    /// To the second, unlike those of functions: `2026-11-22T10:00:00+0000`.
    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssZ").withZone(ZoneOffset.UTC);

    private final ProvisionedVersions versions;
    private final Engine engine;

    /// How far the engine has come with a snapshot, if something is provisioned of it.
    @FunctionalInterface
    public interface Engine {

        Optional<Progress> progress(String versionId);
    }

    public ProvisionedConcurrencyOperations(FunctionCatalog catalog, Engine engine) {
        this.versions = new ProvisionedVersions(catalog);
        this.engine = engine;
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "DeleteProvisionedConcurrencyConfig",
                        DeleteProvisionedConcurrencyConfigRequest::builder,
                        LambdaApi.stored(this::deleteProvisionedConcurrencyConfig))
                .on(
                        "GetProvisionedConcurrencyConfig",
                        GetProvisionedConcurrencyConfigRequest::builder,
                        this::getProvisionedConcurrencyConfig)
                .on(LISTING, ListProvisionedConcurrencyConfigsRequest::builder, this::listProvisionedConcurrencyConfigs)
                .on(
                        "PutProvisionedConcurrencyConfig",
                        PutProvisionedConcurrencyConfigRequest::builder,
                        LambdaApi.stored(this::putProvisionedConcurrencyConfig));
    }

    public PutProvisionedConcurrencyConfigResponse putProvisionedConcurrencyConfig(
            PutProvisionedConcurrencyConfigRequest request, ApiCall call) throws InterruptedException {
        var asked = versions.put(
                NamedFunctions.of(request.functionName(), request.qualifier(), call),
                request.provisionedConcurrentExecutions());
        return shape(PutProvisionedConcurrencyConfigResponse.builder(), asked).build();
    }

    public GetProvisionedConcurrencyConfigResponse getProvisionedConcurrencyConfig(
            GetProvisionedConcurrencyConfigRequest request, ApiCall call) {
        var asked = versions.get(NamedFunctions.of(request.functionName(), request.qualifier(), call));
        return shape(GetProvisionedConcurrencyConfigResponse.builder(), asked).build();
    }

    public DeleteProvisionedConcurrencyConfigResponse deleteProvisionedConcurrencyConfig(
            DeleteProvisionedConcurrencyConfigRequest request, ApiCall call) throws InterruptedException {
        versions.delete(NamedFunctions.of(request.functionName(), request.qualifier(), call));
        return DeleteProvisionedConcurrencyConfigResponse.builder().build();
    }

    public ListProvisionedConcurrencyConfigsResponse listProvisionedConcurrencyConfigs(
            ListProvisionedConcurrencyConfigsRequest request, ApiCall call) {
        var after = Marker.decode(LISTING, request.marker());
        int limit = Marker.limit(request.maxItems());
        var found = versions.list(NamedFunctions.functionOnly(request.functionName(), call)).stream()
                .sorted((one, other) -> one.arn().compareTo(other.arn()))
                .filter(asked -> asked.arn().compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        var page = Page.of(found, limit, LISTING, Asked::arn);
        return ListProvisionedConcurrencyConfigsResponse.builder()
                .provisionedConcurrencyConfigs(
                        page.items().stream().map(this::item).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    private <B extends SdkPojo> B shape(B answer, Asked asked) {
        return FunctionShapes.into(answer, item(asked));
    }

    private ProvisionedConcurrencyConfigListItem item(Asked asked) {
        var progress = engine.progress(asked.of().id());
        int allocated = progress.map(Progress::allocated).orElse(0);
        var status = progress.map(Progress::status).orElse(Status.IN_PROGRESS);
        return ProvisionedConcurrencyConfigListItem.builder()
                .functionArn(asked.arn())
                .requestedProvisionedConcurrentExecutions(asked.request().environments())
                .availableProvisionedConcurrentExecutions(allocated)
                .allocatedProvisionedConcurrentExecutions(allocated)
                .status(status.name())
                .statusReason(progress.map(Progress::reason)
                        .filter(reason -> !reason.isEmpty())
                        .orElse(null))
                .lastModified(LAST_MODIFIED.format(
                        Instant.ofEpochMilli(asked.request().lastModifiedMillis())))
                .build();
    }
}
