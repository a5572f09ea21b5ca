package dev.boda.api.lambda;

import dev.boda.aws.Caller;
import dev.boda.function.FunctionCode;
import dev.boda.function.FunctionRecord;
import dev.boda.function.FunctionSettings;
import dev.boda.function.LayerChoice;
import dev.boda.function.LayerUse;
import dev.boda.function.UnenforcedSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.Environment;
import software.amazon.awssdk.services.lambda.model.EphemeralStorage;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;
import software.amazon.awssdk.services.lambda.model.SnapStart;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.TracingConfig;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.VpcConfig;

/// What requests ask functions to be configured to.
public final class RequestedSettings {

    private static final Logger LOG = LoggerFactory.getLogger(RequestedSettings.class);

    /// Members whose effect Boda has not and that may be kept all the same.
    private static final Set<String> UNENFORCED =
            Set.of("VpcConfig", "FileSystemConfigs", "DeadLetterConfig", "SnapStart");

    private final LayerChoice layers;
    private final String architecture;
    private final Set<String> accepted;

    /// @param architecture     of this machine: `x86_64` or `arm64`
    /// @param acceptUnenforced whether what has no effect is kept instead of being refused
    public RequestedSettings(LayerChoice layers, String architecture, boolean acceptUnenforced) {
        this.layers = layers;
        this.architecture = architecture;
        this.accepted = acceptUnenforced ? UNENFORCED : Set.of();
    }

    /// Refuses code and layers that are too large together.
    void checkTogether(FunctionCode code, List<LayerUse> used) {
        layers.checkTogether(code, used);
    }

    /// Refuses a request that asks for what is not built, unless that is kept.
    ///
    /// @param ignored the names of members that the facts do not know
    void refuseUnbuilt(SdkPojo request, List<String> ignored) {
        UnbuiltMembers.refuse(request, ignored, architecture, accepted);
    }

    /// Those of a new function.
    FunctionSettings of(CreateFunctionRequest request, Caller caller) {
        return FunctionSettings.DEFAULT.with(its -> {
            its.runtime = or(request.runtimeAsString(), "");
            its.handler = or(request.handler(), "");
            its.role = request.role();
            its.description = or(request.description(), "");
            its.timeoutSeconds = or(request.timeout(), its.timeoutSeconds);
            its.memoryMegabytes = or(request.memorySize(), its.memoryMegabytes);
            its.temporaryMegabytes = or(temporaryMegabytes(request.ephemeralStorage()), its.temporaryMegabytes);
            its.environment = variables(request.environment());
            its.layers = layers.choose(request.layers(), caller);
            its.tracingMode = or(mode(request.tracingConfig()), its.tracingMode);
            its.kmsKeyArn = key(request.kmsKeyArn());
            its.logging = LoggingConfigs.merged(its.logging, request.loggingConfig());
            its.unenforced = unenforced(
                    its.unenforced,
                    request.vpcConfig(),
                    request.hasFileSystemConfigs() ? request.fileSystemConfigs() : null,
                    request.deadLetterConfig(),
                    request.snapStart());
        });
    }

    /// Those of a function that is changed: what the request does not name stays as it is.
    FunctionSettings merged(FunctionSettings now, UpdateFunctionConfigurationRequest request, Caller caller) {
        return now.with(its -> {
            its.runtime = or(request.runtimeAsString(), its.runtime);
            its.handler = or(request.handler(), its.handler);
            its.role = or(request.role(), its.role);
            its.description = or(request.description(), its.description);
            its.timeoutSeconds = or(request.timeout(), its.timeoutSeconds);
            its.memoryMegabytes = or(request.memorySize(), its.memoryMegabytes);
            its.temporaryMegabytes = or(temporaryMegabytes(request.ephemeralStorage()), its.temporaryMegabytes);
            its.environment = variables(request.environment()).or(now::environment);
            its.layers = request.hasLayers() ? layers.choose(request.layers(), caller) : its.layers;
            its.tracingMode = or(mode(request.tracingConfig()), its.tracingMode);
            its.kmsKeyArn = request.kmsKeyArn() == null ? its.kmsKeyArn : key(request.kmsKeyArn());
            its.logging = LoggingConfigs.merged(its.logging, request.loggingConfig());
            its.unenforced = unenforced(
                    its.unenforced,
                    request.vpcConfig(),
                    request.hasFileSystemConfigs() ? request.fileSystemConfigs() : null,
                    request.deadLetterConfig(),
                    request.snapStart());
        });
    }

    /// Says in the server's log what of a function has no effect.
    void warn(FunctionRecord function) {
        var members = function.settings().unenforced().members();
        if (!members.isEmpty()) {
            LOG.warn(
                    "{} has {}, which is kept and shown, and has no effect (--accept-unenforced)",
                    function.name().arn(),
                    String.join(", ", members));
        }
    }

    private static UnenforcedSettings unenforced(
            UnenforcedSettings now,
            @Nullable VpcConfig vpc,
            @Nullable List<FileSystemConfig> files,
            @Nullable DeadLetterConfig deadLetters,
            @Nullable SnapStart snapStart) {
        return new UnenforcedSettings(
                vpc == null ? now.subnetIds() : vpc.subnetIds(),
                vpc == null ? now.securityGroupIds() : vpc.securityGroupIds(),
                vpc == null ? now.dualStack() : Boolean.TRUE.equals(vpc.ipv6AllowedForDualStack()),
                files == null
                        ? now.fileSystems()
                        : files.stream()
                                .map(each -> new UnenforcedSettings.FileSystem(each.arn(), each.localMountPath()))
                                .toList(),
                deadLetters == null ? now.deadLetterTarget() : or(deadLetters.targetArn(), ""),
                snapStart == null ? now.snapStart() : snapStart.applyOn() == SnapStartApplyOn.PUBLISHED_VERSIONS);
    }

    private static Optional<Map<String, String>> variables(@Nullable Environment environment) {
        return Optional.ofNullable(environment).map(Environment::variables);
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

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
