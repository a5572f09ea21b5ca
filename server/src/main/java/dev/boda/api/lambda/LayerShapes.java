package dev.boda.api.lambda;

import dev.boda.function.LayerDescription;
import dev.boda.function.LayerVersion;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionResponse;
import software.amazon.awssdk.services.lambda.model.LayerVersionContentOutput;
import software.amazon.awssdk.services.lambda.model.LayerVersionsListItem;
import software.amazon.awssdk.services.lambda.model.LayersListItem;

/// A layer version in the shapes that AWS's answers show. Runtimes, architectures and license are there only if they
/// were said, as recorded on AWS.
final class LayerShapes {

    private LayerShapes() {}

    /// A version with its package.
    ///
    /// @param location where the package is downloaded
    static GetLayerVersionResponse whole(LayerVersion version, String location) {
        return GetLayerVersionResponse.builder()
                .layerArn(version.layer().arn())
                .layerVersionArn(version.arn())
                .version(version.number())
                .description(version.description().text())
                .createdDate(FunctionShapes.time(version.createdMillis()))
                .compatibleRuntimesWithStrings(orAbsent(version.description().runtimes()))
                .compatibleArchitecturesWithStrings(
                        orAbsent(version.description().architectures()))
                .licenseInfo(version.description().license().orElse(null))
                .content(LayerVersionContentOutput.builder()
                        .location(location)
                        .codeSha256(version.sha256Base64())
                        .codeSize(version.sizeBytes())
                        .build())
                .build();
    }

    static LayerVersionsListItem listed(LayerVersion version) {
        return LayerVersionsListItem.builder()
                .layerVersionArn(version.arn())
                .version(version.number())
                .description(version.description().text())
                .createdDate(FunctionShapes.time(version.createdMillis()))
                .compatibleRuntimesWithStrings(orAbsent(version.description().runtimes()))
                .compatibleArchitecturesWithStrings(
                        orAbsent(version.description().architectures()))
                .licenseInfo(version.description().license().orElse(null))
                .build();
    }

    /// A layer as a listing shows it.
    ///
    /// @param latest its newest version of those that are asked for
    static LayersListItem layer(LayerVersion latest) {
        return LayersListItem.builder()
                .layerName(latest.layer().name())
                .layerArn(latest.layer().arn())
                .latestMatchingVersion(listed(latest))
                .build();
    }

    /// Copies the members of `shape` into another answer that has the same ones.
    static <B extends SdkPojo> B into(B answer, GetLayerVersionResponse shape) {
        var targets = answer.sdkFieldNameToField();
        for (var field : shape.sdkFields()) {
            var target = targets.get(field.locationName());
            if (target != null) {
                target.set(answer, field.getValueOrDefault(shape));
            }
        }
        return answer;
    }

    static LayerDescription.Filter filter(@Nullable String runtime, @Nullable String architecture) {
        return new LayerDescription.Filter(Optional.ofNullable(runtime), Optional.ofNullable(architecture));
    }

    private static <C extends Collection<String>> @Nullable C orAbsent(Optional<C> values) {
        return values.orElse(null);
    }
}
