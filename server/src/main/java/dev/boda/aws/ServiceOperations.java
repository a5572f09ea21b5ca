package dev.boda.aws;

import java.util.Collections;
import java.util.LinkedHashMap;
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

    /// What answers an operation, and how its input is built.
    record Registered<I extends SdkPojo, O extends SdkPojo>(
            Supplier<? extends SdkBuilder<?, I>> input, Operation<I, O> operation) {}

    private ServiceOperations(String service, Map<String, Registered<?, ?>> operations) {
        this.service = service;
        this.operations = operations;
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

    Optional<Registered<?, ?>> find(String name) {
        return Optional.ofNullable(operations.get(name));
    }

    /// Collects the operations of a service.
    public static final class Builder {

        private final String service;
        private final Map<String, Registered<?, ?>> operations = new LinkedHashMap<>();

        private Builder(String service) {
            this.service = service;
        }

        /// `operation` answers the model's operation `name`.
        ///
        /// @param input `CreateFunctionRequest::builder`
        public <I extends SdkPojo, O extends SdkPojo> Builder on(
                String name, Supplier<? extends SdkBuilder<?, I>> input, Operation<I, O> operation) {
            if (operations.put(name, new Registered<>(input, operation)) != null) {
                throw new IllegalArgumentException(name + " is registered twice");
            }
            return this;
        }

        public ServiceOperations build() {
            return new ServiceOperations(service, Collections.unmodifiableMap(new LinkedHashMap<>(operations)));
        }
    }
}
