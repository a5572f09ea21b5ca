package dev.boda.aws;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/// Finds the members of the SDK's model classes by the names of AWS's models.
final class SdkMembers {

    private final Map<Object, Map<String, SdkField<?>>> byType = new ConcurrentHashMap<>();
    private final Function<SdkPojo, Object> typeOf;

    SdkMembers() {
        this(SdkPojo::getClass);
    }

    /// @param typeOf what two values have in common that have the same fields: of the SDK's values their class
    SdkMembers(Function<SdkPojo, Object> typeOf) {
        this.typeOf = typeOf;
    }

    /// The fields of `pojo`, a value or a builder, by their members' names.
    Map<String, SdkField<?>> of(SdkPojo pojo) {
        var type = typeOf.apply(pojo);
        var known = byType.get(type);
        return known != null ? known : byType.computeIfAbsent(type, _ -> fields(pojo));
    }

    /// The member's value in `pojo`; null if it is absent. A list or map that was set empty is not absent, unlike
    /// one that the SDK made up itself.
    @Nullable
    Object value(SdkPojo pojo, String member) {
        var field = of(pojo).get(member);
        if (field == null) {
            return null;
        }
        var value = field.getValueOrDefault(pojo);
        return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap ? null : value;
    }

    private static Map<String, SdkField<?>> fields(SdkPojo pojo) {
        var fields = new HashMap<String, SdkField<?>>();
        for (var field : pojo.sdkFields()) {
            fields.put(field.memberName(), field);
        }
        return Map.copyOf(fields);
    }
}
