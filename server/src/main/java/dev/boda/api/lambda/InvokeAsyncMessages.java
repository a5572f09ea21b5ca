package dev.boda.api.lambda;

import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.LocationTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// What InvokeAsync is asked and answers. AWS's SDK for Java has dropped the operation, which old clients still use.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_InvokeAsync.html>
final class InvokeAsyncMessages {

    private InvokeAsyncMessages() {}

    /// @param functionName as sent
    /// @param invokeArgs   the event
    record Request(String functionName, @Nullable SdkBytes invokeArgs) implements SdkPojo {

        @Override
        public List<SdkField<?>> sdkFields() {
            return List.of(
                    readable("FunctionName", MarshallingType.STRING, Request::functionName),
                    readable("InvokeArgs", MarshallingType.SDK_BYTES, Request::invokeArgs));
        }

        private static <T> SdkField<T> readable(
                String name, MarshallingType<T> type, Function<Request, @Nullable T> getter) {
            return field(name, type, request -> getter.apply((Request) request), (_, _) -> {
                throw new UnsupportedOperationException("A request does not change");
            });
        }
    }

    /// Collects the members of a request.
    static final class RequestBuilder implements SdkBuilder<RequestBuilder, Request>, SdkPojo {

        private @Nullable String functionName;
        private @Nullable SdkBytes invokeArgs;

        @Override
        public List<SdkField<?>> sdkFields() {
            return List.of(
                    field(
                            "FunctionName",
                            MarshallingType.STRING,
                            its -> ((RequestBuilder) its).functionName,
                            (its, name) -> ((RequestBuilder) its).functionName = name),
                    field(
                            "InvokeArgs",
                            MarshallingType.SDK_BYTES,
                            its -> ((RequestBuilder) its).invokeArgs,
                            (its, bytes) -> ((RequestBuilder) its).invokeArgs = bytes));
        }

        @Override
        public Request build() {
            return new Request(Objects.requireNonNullElse(functionName, ""), invokeArgs);
        }
    }

    /// @param status of the answer: 202
    record Response(int status) implements SdkPojo {

        @Override
        public List<SdkField<?>> sdkFields() {
            return List.of(field("Status", MarshallingType.INTEGER, its -> ((Response) its).status, (_, _) -> {
                throw new UnsupportedOperationException("An answer does not change");
            }));
        }
    }

    private static <T> SdkField<T> field(
            String name, MarshallingType<T> type, Function<Object, @Nullable T> getter, BiConsumer<Object, T> setter) {
        return SdkField.<T>builder(type)
                .memberName(name)
                .getter(getter)
                .setter(setter)
                // A field has one; which one, the facts say.
                .traits(LocationTrait.builder()
                        .location(MarshallLocation.PAYLOAD)
                        .locationName(name)
                        .build())
                .build();
    }
}
