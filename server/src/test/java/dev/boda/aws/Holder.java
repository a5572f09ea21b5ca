package dev.boda.aws;

import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// A value of any structure of a model, where the SDK has no class of it. It is its own builder.
final class Holder implements SdkPojo, SdkBuilder<Holder, Holder> {

    private final ServiceModel model;
    private final @Nullable String shape;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    /// @param shape the structure's name; null for the empty one
    Holder(ServiceModel model, @Nullable String shape) {
        this.model = model;
        this.shape = shape;
    }

    /// Finds the fields of holders.
    static SdkMembers members() {
        return new SdkMembers(pojo -> String.valueOf(((Holder) pojo).shape));
    }

    Holder set(String member, @Nullable Object value) {
        values.put(member, value);
        return this;
    }

    Map<String, @Nullable Object> values() {
        return values;
    }

    @Override
    public List<SdkField<?>> sdkFields() {
        var fields = new ArrayList<SdkField<?>>();
        if (shape != null) {
            model.structure(shape)
                    .members()
                    .values()
                    .forEach(member -> fields.add(field(member.name(), model.shape(member.shape()))));
        }
        return fields;
    }

    private SdkField<?> field(String name, Shape of) {
        var location = LocationTrait.builder()
                .location(MarshallLocation.PAYLOAD)
                .locationName(name)
                .build();
        var field = SdkField.<Object>builder(MarshallingType.newType(Object.class))
                .memberName(name)
                .getter(holder -> ((Holder) holder).values.get(name))
                .setter((holder, value) -> ((Holder) holder).set(name, value));
        switch (of) {
            case Shape.Structure structure ->
                field.traits(location).constructor(() -> new Holder(model, structure.name()));
            case Shape.Sequence sequence ->
                field.traits(
                        location,
                        ListTrait.builder()
                                .memberFieldInfo(field("member", model.shape(sequence.element())))
                                .build());
            case Shape.Mapping mapping ->
                field.traits(
                        location,
                        MapTrait.builder()
                                .valueFieldInfo(field("value", model.shape(mapping.value())))
                                .build());
            default -> field.traits(location);
        }
        return field.build();
    }

    @Override
    public Holder build() {
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Holder holder && values.equals(holder.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
