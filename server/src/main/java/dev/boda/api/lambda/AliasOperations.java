package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.Alias;
import dev.boda.function.Aliases;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionName;
import dev.boda.function.Qualifier;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.AliasRoutingConfiguration;
import software.amazon.awssdk.services.lambda.model.CreateAliasRequest;
import software.amazon.awssdk.services.lambda.model.CreateAliasResponse;
import software.amazon.awssdk.services.lambda.model.DeleteAliasRequest;
import software.amazon.awssdk.services.lambda.model.DeleteAliasResponse;
import software.amazon.awssdk.services.lambda.model.GetAliasRequest;
import software.amazon.awssdk.services.lambda.model.GetAliasResponse;
import software.amazon.awssdk.services.lambda.model.ListAliasesRequest;
import software.amazon.awssdk.services.lambda.model.ListAliasesResponse;
import software.amazon.awssdk.services.lambda.model.UpdateAliasRequest;
import software.amazon.awssdk.services.lambda.model.UpdateAliasResponse;

/// Aliases of functions.
public final class AliasOperations implements LambdaApi.Resource {

    private static final String LISTING = "ListAliases";

    private final FunctionCatalog catalog;
    private final Aliases aliases;

    public AliasOperations(FunctionCatalog catalog) {
        this.catalog = catalog;
        this.aliases = new Aliases(catalog);
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on("CreateAlias", CreateAliasRequest::builder, LambdaApi.stored(this::createAlias))
                .on("DeleteAlias", DeleteAliasRequest::builder, LambdaApi.stored(this::deleteAlias))
                .on("GetAlias", GetAliasRequest::builder, this::getAlias)
                .on(LISTING, ListAliasesRequest::builder, this::listAliases)
                .on("UpdateAlias", UpdateAliasRequest::builder, LambdaApi.stored(this::updateAlias));
    }

    public CreateAliasResponse createAlias(CreateAliasRequest request, ApiCall call) throws InterruptedException {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        var wish = wish(request.functionVersion(), request.description(), request.routingConfig());
        return shape(CreateAliasResponse.builder(), name, aliases.create(name, request.name(), wish))
                .build();
    }

    public GetAliasResponse getAlias(GetAliasRequest request, ApiCall call) {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        return shape(GetAliasResponse.builder(), name, aliases.get(name, request.name()))
                .build();
    }

    public UpdateAliasResponse updateAlias(UpdateAliasRequest request, ApiCall call) throws InterruptedException {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        var wish = wish(request.functionVersion(), request.description(), request.routingConfig());
        var updated = aliases.update(name, request.name(), wish, Optional.ofNullable(request.revisionId()));
        return shape(UpdateAliasResponse.builder(), name, updated).build();
    }

    public DeleteAliasResponse deleteAlias(DeleteAliasRequest request, ApiCall call) throws InterruptedException {
        aliases.delete(NamedFunctions.unqualified(request.functionName(), call), request.name());
        return DeleteAliasResponse.builder().build();
    }

    public ListAliasesResponse listAliases(ListAliasesRequest request, ApiCall call) {
        var name = NamedFunctions.unqualified(request.functionName(), call);
        var after = Marker.decode(LISTING, request.marker());
        int limit = Marker.limit(request.maxItems());
        var found = catalog.require(name).aliases().values().stream()
                .filter(alias -> alias.name().compareTo(after) > 0)
                .filter(alias -> request.functionVersion() == null || alias.refersTo(request.functionVersion()))
                .limit(limit + 1L)
                .toList();
        var page = Page.of(found, limit, LISTING, Alias::name);
        return ListAliasesResponse.builder()
                .aliases(page.items().stream().map(alias -> shape(name, alias)).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    private static Aliases.Wish wish(
            @Nullable String version, @Nullable String description, @Nullable AliasRoutingConfiguration routing) {
        return new Aliases.Wish(
                Optional.ofNullable(version),
                Optional.ofNullable(description),
                Optional.ofNullable(routing)
                        .map(its -> its.hasAdditionalVersionWeights() ? its.additionalVersionWeights() : Map.of()));
    }

    private static AliasConfiguration shape(FunctionName name, Alias alias) {
        var shape = AliasConfiguration.builder()
                .aliasArn(name.arn(new Qualifier(alias.name())))
                .name(alias.name())
                .functionVersion(alias.version())
                .description(alias.description())
                .revisionId(alias.revisionId());
        if (!alias.weights().isEmpty()) {
            shape.routingConfig(AliasRoutingConfiguration.builder()
                    .additionalVersionWeights(alias.weights())
                    .build());
        }
        return shape.build();
    }

    private static <B extends SdkPojo> B shape(B answer, FunctionName name, Alias alias) {
        return FunctionShapes.into(answer, shape(name, alias));
    }
}
