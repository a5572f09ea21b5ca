package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.LayerVersionContentInput;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.PublishLayerVersionRequest;
import software.amazon.awssdk.services.lambda.model.PublishVersionRequest;
import software.amazon.awssdk.services.lambda.model.SnapStart;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;
import software.amazon.awssdk.services.lambda.model.VpcConfig;

/// Members of requests whose effect Boda has not: a request that asks for one is refused by its name, instead of
/// being answered as if it had been heard. One that is set to what AWS would do without it asks for nothing.
///
/// Kept by hand, and written into docs/parity.md; whatever member is in neither list, a new one of AWS's, is refused
/// too.
final class UnbuiltMembers {

    /// Members that have their effect, by request.
    private static final Map<Class<? extends SdkPojo>, Set<String>> BUILT = Map.of(
            CreateFunctionRequest.class,
            Set.of(
                    "FunctionName",
                    "Runtime",
                    "Role",
                    "Handler",
                    "Code",
                    "Publish",
                    "Description",
                    "Timeout",
                    "MemorySize",
                    "EphemeralStorage",
                    "Environment",
                    "Layers",
                    "Tags",
                    "CodeSigningConfigArn",
                    "LoggingConfig",
                    "TracingConfig",
                    "KMSKeyArn"),
            FunctionCode.class,
            Set.of("ZipFile"),
            UpdateFunctionCodeRequest.class,
            Set.of("FunctionName", "ZipFile", "DryRun", "Publish", "RevisionId"),
            PublishVersionRequest.class,
            Set.of("FunctionName", "CodeSha256", "Description", "RevisionId"),
            UpdateFunctionConfigurationRequest.class,
            Set.of(
                    "FunctionName",
                    "Runtime",
                    "Role",
                    "Handler",
                    "Description",
                    "Timeout",
                    "MemorySize",
                    "EphemeralStorage",
                    "Environment",
                    "Layers",
                    "LoggingConfig",
                    "TracingConfig",
                    "KMSKeyArn",
                    "RevisionId"),
            LayerVersionContentInput.class,
            Set.of("ZipFile"),
            PublishLayerVersionRequest.class,
            Set.of(
                    "LayerName",
                    "Description",
                    "Content",
                    "CompatibleRuntimes",
                    "LicenseInfo",
                    "CompatibleArchitectures"),
            InvokeRequest.class,
            Set.of("FunctionName", "InvocationType", "LogType", "ClientContext", "Payload", "Qualifier"));

    /// Members that have none, and those of their values that ask for nothing.
    private static final Map<String, Predicate<Object>> UNBUILT = Map.ofEntries(
            Map.entry("CapacityProviderConfig", UnbuiltMembers::never),
            Map.entry("DeadLetterConfig", value -> value instanceof DeadLetterConfig c && blank(c.targetArn())),
            Map.entry("DurableConfig", UnbuiltMembers::never),
            Map.entry("DurableExecutionName", UnbuiltMembers::blank),
            Map.entry("FileSystemConfigs", UnbuiltMembers::none),
            Map.entry("ImageConfig", UnbuiltMembers::hasNoMember),
            Map.entry("ImageUri", UnbuiltMembers::blank),
            Map.entry("PackageType", PackageType.ZIP.toString()::equals),
            Map.entry("PublishTo", UnbuiltMembers::never),
            Map.entry("S3Bucket", UnbuiltMembers::blank),
            Map.entry("S3Key", UnbuiltMembers::blank),
            Map.entry("S3ObjectStorageMode", UnbuiltMembers::never),
            Map.entry("S3ObjectVersion", UnbuiltMembers::blank),
            Map.entry("SnapStart", UnbuiltMembers::isDefaultSnapStart),
            Map.entry("SourceKMSKeyArn", UnbuiltMembers::blank),
            Map.entry("TenancyConfig", UnbuiltMembers::never),
            Map.entry("TenantId", UnbuiltMembers::blank),
            Map.entry("VpcConfig", UnbuiltMembers::isNoVpc));

    /// Members that are built for some values, by an own check.
    private static final Set<String> CHECKED = Set.of("Architectures");

    /// Members of which one value or the other is built: the sentence says which one is not.
    private static final Set<String> CHOICES = Set.of("Architectures", "PackageType");

    private UnbuiltMembers() {}

    /// Every member that is refused by name, sorted.
    static Set<String> names() {
        var names = new TreeSet<>(UNBUILT.keySet());
        names.addAll(CHECKED);
        return names;
    }

    /// The members of a request that have their effect.
    static Set<String> built(SdkPojo request) {
        var built = BUILT.get(request.getClass());
        if (built == null) {
            throw new IllegalArgumentException(request.getClass() + " has no list of what is built");
        }
        return built;
    }

    /// Refuses `request`, or a structure in one, if it asks for something that is not built.
    static void refuse(SdkPojo request) {
        refuse(request, (_, _) -> false);
    }

    /// The same for a request about a function.
    ///
    /// @param architecture of this machine: `x86_64` or `arm64`
    /// @param accepted     members that are kept though they have no effect
    static void refuse(SdkPojo request, String architecture, Set<String> accepted) {
        refuse(
                request,
                (member, value) -> accepted.contains(member)
                        || (member.equals("Architectures") && (value.equals(List.of(architecture)) || none(value))));
    }

    private static void refuse(SdkPojo request, BiPredicate<String, Object> neutral) {
        var built = built(request);
        for (var field : request.sdkFields()) {
            var member = field.memberName();
            var value = value(field, request);
            if (value == null || built.contains(member)) {
                continue;
            }
            if (!neutral.test(member, value)
                    && !UNBUILT.getOrDefault(member, UnbuiltMembers::never).test(value)) {
                throw LambdaErrors.notSupported(CHOICES.contains(member) ? member + " " + words(value) : member);
            }
        }
    }

    private static String words(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
                : value.toString();
    }

    private static @Nullable Object value(SdkField<?> field, SdkPojo owner) {
        var value = field.getValueOrDefault(owner);
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap ? null : value;
    }

    private static boolean never(Object value) {
        return false;
    }

    private static boolean blank(@Nullable Object value) {
        return value == null || value.equals("");
    }

    private static boolean none(Object value) {
        return (value instanceof Collection<?> list && list.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    private static boolean hasNoMember(Object value) {
        return value instanceof SdkPojo shape
                && shape.sdkFields().stream().allMatch(field -> value(field, shape) == null);
    }

    private static boolean isDefaultSnapStart(Object value) {
        return value instanceof SnapStart snapStart
                && (blank(snapStart.applyOnAsString()) || snapStart.applyOn() == SnapStartApplyOn.NONE);
    }

    private static boolean isNoVpc(Object value) {
        return value instanceof VpcConfig vpc
                && vpc.subnetIds().isEmpty()
                && vpc.securityGroupIds().isEmpty()
                && !Boolean.TRUE.equals(vpc.ipv6AllowedForDualStack());
    }
}
