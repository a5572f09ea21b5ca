package dev.boda.api.lambda;

import dev.boda.function.LambdaErrors;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.PackageType;
import software.amazon.awssdk.services.lambda.model.SnapStart;
import software.amazon.awssdk.services.lambda.model.SnapStartApplyOn;
import software.amazon.awssdk.services.lambda.model.VpcConfig;

/// Members of requests whose effect Boda has not: a request that asks for one is refused by its name, instead of
/// being answered as if it had been heard. One that is set to what AWS would do without it asks for nothing.
///
/// Kept by hand, by name, for every request that works and what is inside of it, and written into docs/parity.md.
/// test_members.py sets each member that AWS's newest model has, and finds that it has an effect or is one of these.
final class UnbuiltMembers {

    /// Those members, and their values that ask for nothing. Some are of newer models than the facts are.
    private static final Map<String, Predicate<Object>> UNBUILT = Map.ofEntries(
            Map.entry("AcceleratorConfig", UnbuiltMembers::never),
            Map.entry("CapacityProviderConfig", UnbuiltMembers::never),
            Map.entry("DeadLetterConfig", value -> value instanceof DeadLetterConfig c && blank(c.targetArn())),
            Map.entry("DurableConfig", UnbuiltMembers::never),
            Map.entry("DurableExecutionName", UnbuiltMembers::blank),
            Map.entry("FileSystemConfigs", UnbuiltMembers::none),
            Map.entry("ImageConfig", UnbuiltMembers::hasNoMember),
            Map.entry("ImageUri", UnbuiltMembers::blank),
            Map.entry("PackageType", PackageType.ZIP.toString()::equals),
            Map.entry("PublishTo", UnbuiltMembers::never),
            Map.entry("RuntimeConfig", UnbuiltMembers::never),
            Map.entry("S3Bucket", UnbuiltMembers::blank),
            Map.entry("S3FilesConfig", UnbuiltMembers::never),
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

    /// Those that name a folder of this machine as a function's code.
    private static final Set<String> FOLDER = Set.of("S3Bucket", "S3Key");

    private UnbuiltMembers() {}

    /// Every member that is refused by name, sorted.
    static Set<String> names() {
        var names = new TreeSet<>(UNBUILT.keySet());
        names.addAll(CHECKED);
        return names;
    }

    /// Refuses `request` if it, or a structure in it, asks for something that is not built.
    ///
    /// @param ignored      the names of members that the facts do not know
    /// @param architecture of this machine: `x86_64` or `arm64`
    /// @param accepted     members that are kept though they have no effect
    static void refuse(SdkPojo request, List<String> ignored, String architecture, Set<String> accepted) {
        refuse(request, architecture, accepted);
        ignored.stream().filter(UNBUILT::containsKey).findFirst().ifPresent(member -> {
            throw LambdaErrors.notSupported(member);
        });
    }

    private static void refuse(SdkPojo structure, String architecture, Set<String> accepted) {
        boolean namesFolder = RequestedCode.namesFolder(structure);
        for (var field : structure.sdkFields()) {
            var member = field.memberName();
            var value = value(field, structure);
            if (value == null) {
                continue;
            }
            if (accepted.contains(member) || (namesFolder && FOLDER.contains(member))) {
                continue;
            }
            if (asksForNothing(member, value, architecture)) {
                if (value instanceof SdkPojo inner) {
                    refuse(inner, architecture, accepted);
                }
            } else {
                throw LambdaErrors.notSupported(CHOICES.contains(member) ? member + " " + words(value) : member);
            }
        }
    }

    /// So does a member that has its effect.
    private static boolean asksForNothing(String member, Object value, String architecture) {
        return CHECKED.contains(member)
                ? value.equals(List.of(architecture)) || none(value)
                : UNBUILT.getOrDefault(member, _ -> true).test(value);
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
