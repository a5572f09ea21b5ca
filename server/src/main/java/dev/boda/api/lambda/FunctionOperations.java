package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.PageToken;
import dev.boda.code.CodePackage;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionCode;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionRules;
import dev.boda.function.FunctionSettings;
import dev.boda.function.LambdaErrors;
import dev.boda.function.Qualifier;
import dev.boda.function.Tags;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.EphemeralStorage;
import software.amazon.awssdk.services.lambda.model.FunctionCodeLocation;
import software.amazon.awssdk.services.lambda.model.FunctionVersion;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.TracingConfig;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationResponse;

/// Functions: creating, reading, listing, changing and deleting them.
public final class FunctionOperations {

    /// AWS returns no more, whatever is asked for.
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
    private static final int PAGE = 50;

    private static final String LISTING = "ListFunctions";
    private static final int NO_CONTENT = 204;

    private final FunctionCatalog catalog;
    private final CodeIntake intake;
    private final CodeDownloads downloads;
    private final InstalledRuntimes runtimes;
    private final CodeSigningConfigs signing;
    private final String architecture;

    /// @param architecture of this machine: `x86_64` or `arm64`
    public FunctionOperations(
            FunctionCatalog catalog,
            CodeIntake intake,
            CodeDownloads downloads,
            InstalledRuntimes runtimes,
            CodeSigningConfigs signing,
            String architecture) {
        this.catalog = catalog;
        this.intake = intake;
        this.downloads = downloads;
        this.runtimes = runtimes;
        this.signing = signing;
        this.architecture = architecture;
    }

    public CreateFunctionResponse createFunction(CreateFunctionRequest request, ApiCall call)
            throws InterruptedException {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        var function = reference.function();
        if (reference.qualifier().filter(qualifier -> !qualifier.isLatest()).isPresent()) {
            throw LambdaErrors.qualifierMismatch();
        }
        FunctionRules.checkName(function);
        UnbuiltMembers.refuse(request, architecture);
        UnbuiltMembers.refuse(request.code());
        var settings = FunctionSettings.DEFAULT.with(its -> {
            its.runtime = orEmpty(request.runtimeAsString());
            its.handler = orEmpty(request.handler());
            its.role = request.role();
            its.description = orEmpty(request.description());
            its.timeoutSeconds = or(request.timeout(), its.timeoutSeconds);
            its.memoryMegabytes = or(request.memorySize(), its.memoryMegabytes);
            its.temporaryMegabytes = or(temporaryMegabytes(request.ephemeralStorage()), its.temporaryMegabytes);
            its.environment = variables(request.environment());
            its.tracingMode = or(mode(request.tracingConfig()), its.tracingMode);
            its.kmsKeyArn = key(request.kmsKeyArn());
            its.logging = LoggingConfigs.merged(its.logging, request.loggingConfig());
        });
        FunctionRules.check(settings);
        runtimes.check(settings.runtime());
        var tags = Tags.with(Map.of(), request.tags());
        catalog.checkAbsent(function);
        var signed = Optional.ofNullable(request.codeSigningConfigArn()).filter(arn -> !arn.isEmpty());
        signed.ifPresent(arn -> signing.checkCode(function, arn, call.caller()));
        CodeSigningConfigs.Naming<FunctionRecord> creation = () -> intake.keep(
                request.code().zipFile(),
                bytes -> catalog.checkCodeStorage(function, bytes),
                kept -> catalog.create(function, settings, code(kept), its -> {
                    its.tags = tags;
                    its.codeSigningConfigArn = signed;
                }));
        var created = signed.isPresent() ? signing.use(signed.get(), call.caller(), creation) : creation.run();
        return FunctionShapes.into(CreateFunctionResponse.builder(), FunctionShapes.whole(created, false))
                .build();
    }

    private FunctionCode code(CodePackage kept) {
        return new FunctionCode(kept.digest(), kept.sizeBytes(), architecture);
    }

    public GetFunctionResponse getFunction(GetFunctionRequest request, ApiCall call) {
        var reference =
                FunctionReference.of(request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        var function = catalog.get(reference);
        return GetFunctionResponse.builder()
                .configuration(
                        FunctionShapes.whole(function, reference.qualifier().isPresent()))
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
        var reference =
                FunctionReference.of(request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        var shape = FunctionShapes.whole(
                catalog.get(reference), reference.qualifier().isPresent());
        return FunctionShapes.into(GetFunctionConfigurationResponse.builder(), shape)
                .build();
    }

    /// Functions have no version but `$LATEST`, and no replicas in other regions.
    public ListFunctionsResponse listFunctions(ListFunctionsRequest request, ApiCall call) {
        boolean everyVersion = request.functionVersion() == FunctionVersion.ALL;
        if (request.masterRegion() != null && !everyVersion) {
            throw LambdaErrors.invalidParameter("MasterRegion requires FunctionVersion to be set to ALL.");
        }
        var answer = ListFunctionsResponse.builder();
        if (request.masterRegion() != null && !request.masterRegion().equals("ALL")) {
            return answer.functions(List.of()).build();
        }
        var after = Optional.ofNullable(request.marker())
                .filter(marker -> !marker.isEmpty())
                .map(marker -> PageToken.decode(LISTING, marker)
                        .orElseThrow(() -> LambdaErrors.invalidParameter("The provided Marker is not valid.")))
                .orElse("");
        int limit = Math.min(or(request.maxItems(), PAGE), PAGE);
        var found = catalog.list(call.caller().account(), call.caller().region(), after, limit + 1);
        var page = Page.of(found, limit, LISTING, function -> function.name().name());
        return answer.functions(page.items().stream()
                        .map(function -> FunctionShapes.listed(function, everyVersion))
                        .toList())
                .nextMarker(page.nextToken())
                .build();
    }

    public UpdateFunctionCodeResponse updateFunctionCode(UpdateFunctionCodeRequest request, ApiCall call) {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        UnbuiltMembers.refuse(request, architecture);
        var revisionId = Optional.ofNullable(request.revisionId());
        var now = catalog.checkUpdate(reference, revisionId);
        now.codeSigningConfigArn().ifPresent(arn -> signing.checkCode(now.name(), arn, call.caller()));
        if (Boolean.TRUE.equals(request.dryRun())) {
            intake.check(request.zipFile());
            return updatedCode(now);
        }
        return updatedCode(intake.keep(
                request.zipFile(),
                bytes -> catalog.checkCodeStorage(now.name(), bytes - now.code().sizeBytes()),
                kept -> catalog.update(
                        reference, revisionId, function -> function.with(its -> its.code = code(kept)))));
    }

    private static UpdateFunctionCodeResponse updatedCode(FunctionRecord function) {
        return FunctionShapes.into(UpdateFunctionCodeResponse.builder(), FunctionShapes.whole(function, false))
                .build();
    }

    public UpdateFunctionConfigurationResponse updateFunctionConfiguration(
            UpdateFunctionConfigurationRequest request, ApiCall call) {
        var reference = FunctionReference.of(request.functionName(), Optional.empty(), call.caller());
        UnbuiltMembers.refuse(request, architecture);
        var updated = catalog.update(reference, Optional.ofNullable(request.revisionId()), function -> {
            var settings = merged(function.settings(), request);
            FunctionRules.check(settings);
            if (request.runtimeAsString() != null) {
                runtimes.check(settings.runtime());
            }
            return function.with(its -> its.settings = settings);
        });
        return FunctionShapes.into(UpdateFunctionConfigurationResponse.builder(), FunctionShapes.whole(updated, false))
                .build();
    }

    /// Members that the request has not stay as they are.
    private static FunctionSettings merged(FunctionSettings now, UpdateFunctionConfigurationRequest request) {
        return now.with(its -> {
            its.runtime = or(request.runtimeAsString(), its.runtime);
            its.handler = or(request.handler(), its.handler);
            its.role = or(request.role(), its.role);
            its.description = or(request.description(), its.description);
            its.timeoutSeconds = or(request.timeout(), its.timeoutSeconds);
            its.memoryMegabytes = or(request.memorySize(), its.memoryMegabytes);
            its.temporaryMegabytes = or(temporaryMegabytes(request.ephemeralStorage()), its.temporaryMegabytes);
            its.environment = variables(request.environment()).or(now::environment);
            its.tracingMode = or(mode(request.tracingConfig()), its.tracingMode);
            its.kmsKeyArn = request.kmsKeyArn() == null ? its.kmsKeyArn : key(request.kmsKeyArn());
            its.logging = LoggingConfigs.merged(its.logging, request.loggingConfig());
        });
    }

    private static @Nullable String mode(@Nullable TracingConfig tracing) {
        return tracing == null ? null : tracing.modeAsString();
    }

    /// The empty string takes a key away.
    private static Optional<String> key(@Nullable String arn) {
        return Optional.ofNullable(arn).filter(text -> !text.isEmpty());
    }

    private static @Nullable Integer temporaryMegabytes(@Nullable EphemeralStorage storage) {
        return storage == null ? null : storage.size();
    }

    public DeleteFunctionResponse deleteFunction(DeleteFunctionRequest request, ApiCall call)
            throws InterruptedException {
        var reference =
                FunctionReference.of(request.functionName(), Optional.ofNullable(request.qualifier()), call.caller());
        if (reference.qualifier().isPresent()) {
            checkVersionIsGone(reference, reference.qualifier().get());
        } else {
            catalog.delete(reference.function());
        }
        return DeleteFunctionResponse.builder().statusCode(NO_CONTENT).build();
    }

    /// Deleting a version that is not there succeeds, if its function is.
    private void checkVersionIsGone(FunctionReference reference, Qualifier qualifier) {
        if (qualifier.isLatest()) {
            throw LambdaErrors.latestIsNotDeletable();
        }
        if (qualifier.isAlias()) {
            throw LambdaErrors.aliasIsNotDeletable();
        }
        catalog.get(new FunctionReference(reference.function(), Optional.empty()));
    }

    private static Optional<Map<String, String>> variables(@Nullable Environment environment) {
        return Optional.ofNullable(environment).map(Environment::variables);
    }

    private static String orEmpty(@Nullable String value) {
        return or(value, "");
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
