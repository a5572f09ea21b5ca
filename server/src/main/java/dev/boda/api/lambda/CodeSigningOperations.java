package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Caller;
import dev.boda.aws.Page;
import dev.boda.function.CodeSigningConfig;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import dev.boda.function.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AllowedPublishers;
import software.amazon.awssdk.services.lambda.model.CodeSigningPolicies;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListCodeSigningConfigsResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsByCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionCodeSigningConfigResponse;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigResponse;

/// Code signing configs, and which functions have one.
public final class CodeSigningOperations {

    /// AWS returns no more, whatever is asked for.
    private static final int PAGE = 10_000;

    private static final String LISTING = "ListCodeSigningConfigs";
    private static final String LISTING_FUNCTIONS = "ListFunctionsByCodeSigningConfig";

    private final CodeSigningConfigs configs;
    private final FunctionCatalog catalog;

    CodeSigningOperations(CodeSigningConfigs configs, FunctionCatalog catalog) {
        this.configs = configs;
        this.catalog = catalog;
    }

    public CreateCodeSigningConfigResponse createCodeSigningConfig(
            CreateCodeSigningConfigRequest request, ApiCall call) {
        var caller = call.caller();
        var tags = Tags.with(Map.of(), request.tags());
        var created = configs.create((id, millis) -> new CodeSigningConfig(
                caller.account(),
                caller.region(),
                id,
                or(request.description(), ""),
                request.allowedPublishers().signingProfileVersionArns(),
                untrusted(request.codeSigningPolicies(), CodeSigningConfig.WARN),
                millis,
                tags));
        return CreateCodeSigningConfigResponse.builder()
                .codeSigningConfig(shape(created))
                .build();
    }

    public DeleteCodeSigningConfigResponse deleteCodeSigningConfig(
            DeleteCodeSigningConfigRequest request, ApiCall call) {
        var caller = call.caller();
        configs.delete(
                request.codeSigningConfigArn(),
                caller,
                arn -> using(arn, caller, "").findAny().isPresent());
        return DeleteCodeSigningConfigResponse.builder().build();
    }

    public DeleteFunctionCodeSigningConfigResponse deleteFunctionCodeSigningConfig(
            DeleteFunctionCodeSigningConfigRequest request, ApiCall call) throws InterruptedException {
        var name = NamedFunctions.functionOnly(request.functionName(), call);
        var _ = catalog.amend(name, function -> function.with(its -> its.codeSigningConfigArn = Optional.empty()));
        return DeleteFunctionCodeSigningConfigResponse.builder().build();
    }

    public GetCodeSigningConfigResponse getCodeSigningConfig(GetCodeSigningConfigRequest request, ApiCall call) {
        return GetCodeSigningConfigResponse.builder()
                .codeSigningConfig(shape(configs.get(request.codeSigningConfigArn(), call.caller())))
                .build();
    }

    /// Says nothing at all of a function that has none (recorded).
    public GetFunctionCodeSigningConfigResponse getFunctionCodeSigningConfig(
            GetFunctionCodeSigningConfigRequest request, ApiCall call) {
        var name = NamedFunctions.functionOnly(request.functionName(), call);
        var answer = GetFunctionCodeSigningConfigResponse.builder();
        catalog.get(new FunctionReference(name, Optional.empty()))
                .codeSigningConfigArn()
                .ifPresent(arn -> answer.codeSigningConfigArn(arn).functionName(name.name()));
        return answer.build();
    }

    public ListCodeSigningConfigsResponse listCodeSigningConfigs(ListCodeSigningConfigsRequest request, ApiCall call) {
        int limit = Marker.limit(request.maxItems(), PAGE);
        var found = configs.list(call.caller(), Marker.decode(LISTING, request.marker()), limit + 1);
        var page = Page.of(found, limit, LISTING, CodeSigningConfig::id);
        return ListCodeSigningConfigsResponse.builder()
                .codeSigningConfigs(
                        page.items().stream().map(CodeSigningOperations::shape).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public ListFunctionsByCodeSigningConfigResponse listFunctionsByCodeSigningConfig(
            ListFunctionsByCodeSigningConfigRequest request, ApiCall call) {
        var arn = configs.get(request.codeSigningConfigArn(), call.caller()).arn();
        int limit = Marker.limit(request.maxItems(), PAGE);
        List<FunctionRecord> found = using(arn, call.caller(), Marker.decode(LISTING_FUNCTIONS, request.marker()))
                .limit(limit + 1L)
                .toList();
        var page = Page.of(
                found, limit, LISTING_FUNCTIONS, function -> function.name().name());
        return ListFunctionsByCodeSigningConfigResponse.builder()
                .functionArns(page.items().stream()
                        .map(function -> function.name().arn())
                        .toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public PutFunctionCodeSigningConfigResponse putFunctionCodeSigningConfig(
            PutFunctionCodeSigningConfigRequest request, ApiCall call) throws InterruptedException {
        var name = NamedFunctions.functionOnly(request.functionName(), call);
        var arn = request.codeSigningConfigArn();
        var _ = configs.use(
                arn,
                call.caller(),
                () -> catalog.amend(
                        name, function -> function.with(its -> its.codeSigningConfigArn = Optional.of(arn))));
        return PutFunctionCodeSigningConfigResponse.builder()
                .codeSigningConfigArn(arn)
                .functionName(name.name())
                .build();
    }

    /// Members that the request has not stay as they are.
    public UpdateCodeSigningConfigResponse updateCodeSigningConfig(
            UpdateCodeSigningConfigRequest request, ApiCall call) {
        var updated = configs.change(
                request.codeSigningConfigArn(),
                call.caller(),
                now -> new CodeSigningConfig(
                        now.account(),
                        now.region(),
                        now.id(),
                        or(request.description(), now.description()),
                        publishers(request.allowedPublishers(), now.publishers()),
                        untrusted(request.codeSigningPolicies(), now.untrusted()),
                        configs.nowMillis(),
                        now.tags()));
        return UpdateCodeSigningConfigResponse.builder()
                .codeSigningConfig(shape(updated))
                .build();
    }

    private Stream<FunctionRecord> using(String arn, Caller caller, String after) {
        return catalog.list(caller.account(), caller.region(), after, Integer.MAX_VALUE).stream()
                .filter(function -> function.codeSigningConfigArn().equals(Optional.of(arn)));
    }

    private static software.amazon.awssdk.services.lambda.model.CodeSigningConfig shape(CodeSigningConfig config) {
        return software.amazon.awssdk.services.lambda.model.CodeSigningConfig.builder()
                .codeSigningConfigId(config.id())
                .codeSigningConfigArn(config.arn())
                .description(config.description())
                .allowedPublishers(AllowedPublishers.builder()
                        .signingProfileVersionArns(config.publishers())
                        .build())
                .codeSigningPolicies(CodeSigningPolicies.builder()
                        .untrustedArtifactOnDeployment(config.untrusted())
                        .build())
                .lastModified(FunctionShapes.time(config.lastModifiedMillis()))
                .build();
    }

    private static String untrusted(@Nullable CodeSigningPolicies policies, String otherwise) {
        return policies == null ? otherwise : or(policies.untrustedArtifactOnDeploymentAsString(), otherwise);
    }

    private static List<String> publishers(@Nullable AllowedPublishers publishers, List<String> otherwise) {
        return publishers == null ? otherwise : publishers.signingProfileVersionArns();
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
