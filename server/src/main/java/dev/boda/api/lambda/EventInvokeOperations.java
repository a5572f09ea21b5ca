package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.EventDestinations;
import dev.boda.function.EventInvokeConfigs;
import dev.boda.function.EventInvokeConfigs.Kept;
import dev.boda.function.EventInvokeConfigs.Wish;
import dev.boda.function.FunctionCatalog;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.DestinationConfig;
import software.amazon.awssdk.services.lambda.model.FunctionEventInvokeConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionEventInvokeConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionEventInvokeConfigsResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionEventInvokeConfigResponse;

/// How asynchronous invocations of functions, versions and aliases are tried again, and who hears of their end.
public final class EventInvokeOperations implements LambdaApi.Resource {

    private static final String LISTING = "ListFunctionEventInvokeConfigs";

    private final EventInvokeConfigs configs;

    EventInvokeOperations(FunctionCatalog catalog) {
        this.configs = new EventInvokeConfigs(catalog);
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "DeleteFunctionEventInvokeConfig",
                        DeleteFunctionEventInvokeConfigRequest::builder,
                        LambdaApi.stored(this::deleteFunctionEventInvokeConfig))
                .on(
                        "GetFunctionEventInvokeConfig",
                        GetFunctionEventInvokeConfigRequest::builder,
                        this::getFunctionEventInvokeConfig)
                .on(LISTING, ListFunctionEventInvokeConfigsRequest::builder, this::listFunctionEventInvokeConfigs)
                .on(
                        "PutFunctionEventInvokeConfig",
                        PutFunctionEventInvokeConfigRequest::builder,
                        LambdaApi.stored(this::putFunctionEventInvokeConfig))
                .on(
                        "UpdateFunctionEventInvokeConfig",
                        UpdateFunctionEventInvokeConfigRequest::builder,
                        LambdaApi.stored(this::updateFunctionEventInvokeConfig));
    }

    public DeleteFunctionEventInvokeConfigResponse deleteFunctionEventInvokeConfig(
            DeleteFunctionEventInvokeConfigRequest request, ApiCall call) throws InterruptedException {
        configs.delete(NamedFunctions.of(request.functionName(), request.qualifier(), call));
        return DeleteFunctionEventInvokeConfigResponse.builder().build();
    }

    public GetFunctionEventInvokeConfigResponse getFunctionEventInvokeConfig(
            GetFunctionEventInvokeConfigRequest request, ApiCall call) {
        var kept = configs.get(NamedFunctions.of(request.functionName(), request.qualifier(), call));
        return shape(GetFunctionEventInvokeConfigResponse.builder(), kept).build();
    }

    public ListFunctionEventInvokeConfigsResponse listFunctionEventInvokeConfigs(
            ListFunctionEventInvokeConfigsRequest request, ApiCall call) {
        var after = Marker.decode(LISTING, request.marker());
        int limit = Marker.limit(request.maxItems());
        var found = configs.list(NamedFunctions.functionOnly(request.functionName(), call)).stream()
                .sorted((one, other) -> one.arn().compareTo(other.arn()))
                .filter(kept -> kept.arn().compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        var page = Page.of(found, limit, LISTING, Kept::arn);
        return ListFunctionEventInvokeConfigsResponse.builder()
                .functionEventInvokeConfigs(
                        page.items().stream().map(EventInvokeOperations::item).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public PutFunctionEventInvokeConfigResponse putFunctionEventInvokeConfig(
            PutFunctionEventInvokeConfigRequest request, ApiCall call) throws InterruptedException {
        var kept = configs.put(
                NamedFunctions.of(request.functionName(), request.qualifier(), call),
                wish(request.maximumRetryAttempts(), request.maximumEventAgeInSeconds(), request.destinationConfig()));
        return shape(PutFunctionEventInvokeConfigResponse.builder(), kept).build();
    }

    public UpdateFunctionEventInvokeConfigResponse updateFunctionEventInvokeConfig(
            UpdateFunctionEventInvokeConfigRequest request, ApiCall call) throws InterruptedException {
        var kept = configs.update(
                NamedFunctions.of(request.functionName(), request.qualifier(), call),
                wish(request.maximumRetryAttempts(), request.maximumEventAgeInSeconds(), request.destinationConfig()));
        return shape(UpdateFunctionEventInvokeConfigResponse.builder(), kept).build();
    }

    private static Wish wish(
            @Nullable Integer retryAttempts,
            @Nullable Integer eventAgeSeconds,
            @Nullable DestinationConfig destinations) {
        return new Wish(
                Optional.ofNullable(retryAttempts),
                Optional.ofNullable(eventAgeSeconds),
                Optional.ofNullable(destinations).map(EventInvokeOperations::destinations));
    }

    private static EventDestinations destinations(DestinationConfig config) {
        return new EventDestinations(
                named(config.onSuccess() == null ? null : config.onSuccess().destination()),
                named(config.onFailure() == null ? null : config.onFailure().destination()));
    }

    /// The empty string, which AWS's pattern allows, names none.
    private static Optional<String> named(@Nullable String destination) {
        return Optional.ofNullable(destination).filter(text -> !text.isEmpty());
    }

    private static <B extends SdkPojo> B shape(B answer, Kept kept) {
        return FunctionShapes.into(answer, item(kept));
    }

    /// Both destinations are there, be they empty (recorded).
    private static FunctionEventInvokeConfig item(Kept kept) {
        var config = kept.config();
        var destinations = config.destinations();
        return FunctionEventInvokeConfig.builder()
                .lastModified(Instant.ofEpochMilli(config.lastModifiedMillis()))
                .functionArn(kept.arn())
                .maximumRetryAttempts(config.maximumRetryAttempts().orElse(null))
                .maximumEventAgeInSeconds(config.maximumEventAgeSeconds().orElse(null))
                .destinationConfig(DestinationConfig.builder()
                        .onSuccess(it -> it.destination(destinations.onSuccess().orElse(null)))
                        .onFailure(it -> it.destination(destinations.onFailure().orElse(null)))
                        .build())
                .build();
    }
}
