package dev.boda.api.lambda;

import dev.boda.function.LayerUse;
import dev.boda.function.WholeFunction;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.EnvironmentResponse;
import software.amazon.awssdk.services.lambda.model.EphemeralStorage;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.Layer;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.RuntimeVersionConfig;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.SnapStartOptimizationStatus;
import software.amazon.awssdk.services.lambda.model.SnapStartResponse;
import software.amazon.awssdk.services.lambda.model.TracingConfigResponse;

/// A function in the shape that AWS's answers show. Which members an answer has, and when, is as recorded on AWS.
final class FunctionShapes {

    /// `2026-11-21T09:40:00.123+0000`.
    private static final DateTimeFormatter LAST_MODIFIED =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSZ").withZone(ZoneOffset.UTC);

    /// AWS says the same of creations and updates.
    private static final String UNSETTLED_REASON = "The function is being created.";

    private static final String UNSETTLED_CODE = "Creating";
    private static final String FAILED_CODE = "InternalError";

    private FunctionShapes() {}

    /// A function with its state. The ARN ends in the qualifier where the request named one.
    static FunctionConfiguration whole(WholeFunction.Named named) {
        var function = named.shown();
        var shape = basic(named)
                .runtimeVersionConfig(RuntimeVersionConfig.builder()
                        .runtimeVersionArn(function.runtimeVersionArn())
                        .build())
                .state(function.state().wire());
        var failure = function.failure().orElse("");
        switch (function.state()) {
            case CREATING -> shape.stateReason(UNSETTLED_REASON).stateReasonCode(UNSETTLED_CODE);
            case CREATE_FAILED -> shape.stateReason(failure).stateReasonCode(FAILED_CODE);
            case READY -> shape.lastUpdateStatus("Successful");
            case UPDATING ->
                shape.lastUpdateStatus("InProgress")
                        .lastUpdateStatusReason(UNSETTLED_REASON)
                        .lastUpdateStatusReasonCode(UNSETTLED_CODE);
            case UPDATE_FAILED ->
                shape.lastUpdateStatus("Failed")
                        .lastUpdateStatusReason(failure)
                        .lastUpdateStatusReasonCode(FAILED_CODE);
        }
        return shape.build();
    }

    /// A function as a listing shows it: without its state and its runtime's version.
    static FunctionConfiguration listed(WholeFunction.Named named) {
        return basic(named).build();
    }

    /// A time as Lambda writes it.
    static String time(long epochMillis) {
        return LAST_MODIFIED.format(Instant.ofEpochMilli(epochMillis));
    }

    private static FunctionConfiguration.Builder basic(WholeFunction.Named named) {
        var function = named.shown();
        var name = function.name();
        var settings = function.settings();
        var shape = FunctionConfiguration.builder()
                .functionName(name.name())
                .functionArn(named.arn())
                .runtime(settings.runtime())
                .role(settings.role())
                .handler(settings.handler())
                .codeSize(function.code().sizeBytes())
                .description(settings.description())
                .timeout(settings.timeoutSeconds())
                .memorySize(settings.memoryMegabytes())
                .lastModified(time(function.lastModifiedMillis()))
                .codeSha256(function.code().sha256Base64())
                .version(named.version())
                .tracingConfig(TracingConfigResponse.builder()
                        .mode(settings.tracingMode())
                        .build())
                .revisionId(function.revisionId())
                .packageType(PackageType.ZIP)
                .architecturesWithStrings(function.code().architecture())
                .ephemeralStorage(EphemeralStorage.builder()
                        .size(settings.temporaryMegabytes())
                        .build())
                .snapStart(SnapStartResponse.builder()
                        .applyOn(
                                settings.unenforced().snapStart()
                                        ? SnapStartApplyOn.PUBLISHED_VERSIONS
                                        : SnapStartApplyOn.NONE)
                        .optimizationStatus(SnapStartOptimizationStatus.OFF)
                        .build())
                .kmsKeyArn(settings.kmsKeyArn().orElse(null))
                .loggingConfig(LoggingConfigs.shape(name, settings.logging()));
        UnenforcedShapes.into(shape, settings.unenforced());
        settings.environment()
                .ifPresent(variables -> shape.environment(
                        EnvironmentResponse.builder().variables(variables).build()));
        if (!settings.layers().isEmpty()) {
            shape.layers(settings.layers().stream().map(FunctionShapes::layer).toList());
        }
        return shape;
    }

    private static Layer layer(LayerUse use) {
        return Layer.builder().arn(use.arn()).codeSize(use.sizeBytes()).build();
    }

    /// Copies the members of `shape` into an answer that has the same ones: AWS's model has the shape of a thing once,
    /// its answers each by themselves.
    static <B extends SdkPojo> B into(B answer, SdkPojo shape) {
        var targets = answer.sdkFieldNameToField();
        for (var field : shape.sdkFields()) {
            var value = field.getValueOrDefault(shape);
            var target = targets.get(field.locationName());
            if (value != null && target != null) {
                target.set(answer, value);
            }
        }
        return answer;
    }
}
