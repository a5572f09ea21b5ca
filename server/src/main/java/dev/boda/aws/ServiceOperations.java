package dev.boda.aws;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// The operations of one AWS service that work here, by their names in AWS's model. Every other operation of the
/// model is refused by name.
///
/// ```java
/// ServiceOperations.of("lambda")
///         .on("CreateFunction", CreateFunctionRequest::builder, functions::create)
///         .build();
/// ```
public final class ServiceOperations {

    private final String service;
    private final Map<String, Registered<?, ?>> operations;
    private final InputCheck check;

    /// What answers an operation, and how its input is built.
    sealed interface Registered<I extends SdkPojo, O extends SdkPojo> {

        Supplier<? extends SdkBuilder<?, I>> input();

        /// With a whole answer.
        record Whole<I extends SdkPojo, O extends SdkPojo>(
                Supplier<? extends SdkBuilder<?, I>> input, Operation<I, O> operation) implements Registered<I, O> {}

        /// With events.
        record Streamed<I extends SdkPojo, O extends SdkPojo>(
                Supplier<? extends SdkBuilder<?, I>> input, StreamedOperation<I, O> operation)
                implements Registered<I, O> {}
    }

    /// Refuses what no operation of a service should see.
    @FunctionalInterface
    public interface InputCheck {

        /// @param ignored the names of members in the request's body that the model does not know
        void check(SdkPojo input, List<String> ignored);
    }

    private ServiceOperations(String service, Map<String, Registered<?, ?>> operations, InputCheck check) {
        this.service = service;
        this.operations = operations;
        this.check = check;
    }

    /// Starts the table of a service, named as its model's file is: `lambda`, `logs`.
    public static Builder of(String service) {
        return new Builder(service);
    }

    public String service() {
        return service;
    }

    /// The names of the operations that work, in the order of their registration.
    public Set<String> names() {
        return operations.keySet();
    }

    InputCheck check() {
        return check;
    }

    Optional<Registered<?, ?>> find(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    /// Collects the operations of a service.
    public static final class Builder {

        private final String service;
        private final Map<String, Registered<?, ?>> operations = new LinkedHashMap<>();
        private InputCheck check = (_, _) -> {};

        private Builder(String service) {
            this.service = service;
        }

        /// `operation` answers the model's operation `name`.
        ///
        /// @param input `CreateFunctionRequest::builder`
        public <I extends SdkPojo, O extends SdkPojo> Builder on(
                String name, Supplier<? extends SdkBuilder<?, I>> input, Operation<I, O> operation) {
            return on(name, new Registered.Whole<>(input, operation));
        }

        /// `operation` answers the model's operation `name` with a stream of events.
        public <I extends SdkPojo, O extends SdkPojo> Builder onStreamed(
                String name, Supplier<? extends SdkBuilder<?, I>> input, StreamedOperation<I, O> operation) {
            return on(name, new Registered.Streamed<>(input, operation));
        }

        private Builder on(String name, Registered<?, ?> registered) {
            if (operations.put(name, registered) != null) {
                throw new IllegalArgumentException(name + " is registered twice");
            }
            return this;
        }

        /// Holds every input against `check` before its operation is asked.
        public Builder check(InputCheck check) {
            this.check = check;
            return this;
        }

        public ServiceOperations build() {
            return new ServiceOperations(service, Collections.unmodifiableMap(new LinkedHashMap<>(operations)), check);
        }
    }
}
