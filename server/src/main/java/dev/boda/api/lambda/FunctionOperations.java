package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionVersion;
import dev.boda.function.FunctionVersions;
import dev.boda.function.LambdaErrors;
import dev.boda.function.Tags;
import dev.boda.function.WholeFunction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/// Functions: creating, reading, listing, changing and deleting them.
public final class FunctionOperations {

    private static final String LISTING = "ListFunctions";
    private static final int NO_CONTENT = 204;

    private final FunctionCatalog catalog;
    private final FunctionVersions versions;
    private final RequestedCode code;
    private final CodeDownloads downloads;
    private final InstalledRuntimes runtimes;
    private final RequestedSettings requested;
    private final CodeSigningConfigs signing;

    public FunctionOperations(
            FunctionCatalog catalog,
            RequestedCode code,
            CodeDownloads downloads,
            InstalledRuntimes runtimes,
            CodeSigningConfigs signing,
            RequestedSettings requested) {
        this.catalog = catalog;
        this.versions = new FunctionVersions(catalog);
        this.code = code;
        this.downloads = downloads;
        this.runtimes = runtimes;
        this.requested = requested;
        this.signing = signing;
    }

    RequestedSettings requested() {
        return requested;
    }

    public CreateFunctionResponse createFunction(CreateFunctionRequest request, ApiCall call)
            throws InterruptedException {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        var function = reference.function();
        if (reference.qualifier().filter(qualifier -> !qualifier.isLatest()).isPresent()) {
            throw LambdaErrors.qualifierMismatch();
        }
        FunctionRules.checkName(function);
        var settings = requested.of(request, call.caller());
        FunctionRules.check(settings);
        runtimes.check(settings.runtime());
        var tags = Tags.with(Map.of(), request.tags());
        catalog.checkAbsent(function);
        boolean publish = Boolean.TRUE.equals(request.publish());
        var signed = Optional.ofNullable(request.codeSigningConfigArn()).filter(arn -> !arn.isEmpty());
        signed.ifPresent(arn -> signing.checkCode(function, arn, call.caller()));
        var source = RequestedCode.Source.of(request.code());
        CodeSigningConfigs.Naming<WholeFunction> creation =
                () -> code.keep(source, call, bytes -> catalog.checkCodeStorage(function, bytes), kept -> {
                    requested.checkTogether(kept, settings.layers());
                    var creating = catalog.creating(function, settings, kept).with(its -> {
                        its.tags = tags;
                        its.codeSigningConfigArn = signed;
                    });
                    return catalog.create(creating, publish);
                });
        var created = signed.isPresent() ? signing.use(signed.get(), call.caller(), creation) : creation.run();
        requested.warn(created.function());
        // With a version's number, and all the same without a qualifier (recorded).
        var version = publish ? "1" : FunctionVersion.LATEST;
        var named = new WholeFunction.Named(created.function(), version, Optional.empty());
        return FunctionShapes.into(CreateFunctionResponse.builder(), FunctionShapes.whole(named))
                .build();
    }

    public GetFunctionResponse getFunction(GetFunctionRequest request, ApiCall call) {
        var reference = FunctionReference.ofAny(
                request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        var named = catalog.find(reference);
        var function = named.shown();
        return GetFunctionResponse.builder()
                .configuration(FunctionShapes.whole(named))
                .code(FunctionCodeLocation.builder()
                        .repositoryType("S3")
                        .location(downloads.location(function, call))
                        .build())
                .concurrency(ConcurrencyOperations.shape(function))
                .tags(function.tags().isEmpty() ? null : function.tags())
                .build();
    }

    public GetFunctionConfigurationResponse getFunctionConfiguration(
            GetFunctionConfigurationRequest request, ApiCall call) {
        var reference = FunctionReference.ofAny(
                request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        return FunctionShapes.into(
                        GetFunctionConfigurationResponse.builder(), FunctionShapes.whole(catalog.find(reference)))
                .build();
    }

    /// There are no replicas in other regions.
    public ListFunctionsResponse listFunctions(ListFunctionsRequest request, ApiCall call) {
        boolean everyVersion =
                request.functionVersion() == software.amazon.awssdk.services.lambda.model.FunctionVersion.ALL;
        if (request.masterRegion() != null && !everyVersion) {
            throw LambdaErrors.invalidParameter("MasterRegion requires FunctionVersion to be set to ALL.");
        }
        var answer = ListFunctionsResponse.builder();
        if (request.masterRegion() != null && !request.masterRegion().equals("ALL")) {
            return answer.functions(List.of()).build();
        }
        var marker = Marker.decode(LISTING, request.marker());
        int limit = Marker.limit(request.maxItems());
        var found = everyVersion ? versions(marker, limit + 1, call) : functions(marker, limit + 1, call);
        var page = Page.of(found, limit, LISTING, FunctionOperations::place);
        return answer.functions(
                        page.items().stream().map(FunctionShapes::listed).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    private List<WholeFunction.Named> functions(String after, int limit, ApiCall call) {
        return catalog.list(call.caller().account(), call.caller().region(), after, limit).stream()
                .map(function -> new WholeFunction.Named(function, FunctionVersion.LATEST, Optional.empty()))
                .toList();
    }

    private List<WholeFunction.Named> versions(String marker, int limit, ApiCall call) {
        var caller = call.caller();
        int colon = marker.indexOf(':');
        var after = colon < 0 ? marker : marker.substring(0, colon);
        int version = colon < 0 ? Integer.MAX_VALUE : Integer.parseInt(marker.substring(colon + 1));
        return catalog.listVersions(caller.account(), caller.region(), after, version, limit);
    }

    /// Where a listing goes on behind this one.
    private static String place(WholeFunction.Named named) {
        var name = named.shown().name().name();
        return named.qualifier().isEmpty() ? name : name + ":" + named.number();
    }

    public UpdateFunctionCodeResponse updateFunctionCode(UpdateFunctionCodeRequest request, ApiCall call)
            throws InterruptedException {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        var revisionId = Optional.ofNullable(request.revisionId());
        var now = catalog.checkUpdate(reference, revisionId);
        now.codeSigningConfigArn().ifPresent(arn -> signing.checkCode(now.name(), arn, call.caller()));
        var source = RequestedCode.Source.of(request);
        if (Boolean.TRUE.equals(request.dryRun())) {
            code.check(source, call);
            return updatedCode(latest(now));
        }
        boolean publish = Boolean.TRUE.equals(request.publish());
        var updated = code.keep(
                source,
                call,
                bytes -> catalog.checkCodeStorage(
                        now.name(), publish ? bytes : bytes - now.code().sizeBytes()),
                kept -> catalog.update(reference, revisionId, publish, function -> {
                    requested.checkTogether(kept, function.settings().layers());
                    return function.with(its -> its.code = kept);
                }));
        return updatedCode(publish ? updated.last() : latest(updated.function()));
    }

    private static UpdateFunctionCodeResponse updatedCode(WholeFunction.Named named) {
        return FunctionShapes.into(UpdateFunctionCodeResponse.builder(), FunctionShapes.whole(named))
                .build();
    }

    private static WholeFunction.Named latest(FunctionRecord function) {
        return new WholeFunction.Named(function, FunctionVersion.LATEST, Optional.empty());
    }

    public UpdateFunctionConfigurationResponse updateFunctionConfiguration(
            UpdateFunctionConfigurationRequest request, ApiCall call) throws InterruptedException {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        var updated = catalog.update(reference, Optional.ofNullable(request.revisionId()), false, function -> {
            var settings = requested.merged(function.settings(), request, call.caller());
            if (!settings.layers().equals(function.settings().layers())) {
                function.codeSigningConfigArn()
                        .ifPresent(arn -> signing.checkCode(function.name(), arn, call.caller()));
            }
            FunctionRules.check(settings);
            requested.checkTogether(function.code(), settings.layers());
            if (request.runtimeAsString() != null) {
                runtimes.check(settings.runtime());
            }
            return function.with(its -> its.settings = settings);
        });
        requested.warn(updated.function());
        return FunctionShapes.into(
                        UpdateFunctionConfigurationResponse.builder(), FunctionShapes.whole(latest(updated.function())))
                .build();
    }

    public DeleteFunctionResponse deleteFunction(DeleteFunctionRequest request, ApiCall call)
            throws InterruptedException {
        var reference =
                FunctionReference.of(request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        if (reference.qualifier().isPresent()) {
            versions.delete(reference.function(), reference.qualifier().get());
        } else {
            catalog.delete(reference.function());
        }
        return DeleteFunctionResponse.builder().statusCode(NO_CONTENT).build();
    }
}
