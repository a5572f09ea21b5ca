package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

final class ServiceOperationsTest {

    @Test
    void operationsKeepTheOrderOfTheirRegistration() {
        var operations = ServiceOperations.of("lambda")
                .on("Invoke", InvokeRequest::builder, ServiceOperationsTest::invoke)
                .on(
                        "CreateFunction",
                        CreateFunctionRequest::builder,
                        (input, call) -> CreateFunctionResponse.builder()
                                .functionName(input.functionName())
                                .build())
                .build();

        assertThat(operations.names()).containsExactly("Invoke", "CreateFunction");
    }

    @Test
    void anOperationIsNotRegisteredTwice() {
        var builder =
                ServiceOperations.of("lambda").on("Invoke", InvokeRequest::builder, ServiceOperationsTest::invoke);

        assertThatThrownBy(() -> builder.on("Invoke", InvokeRequest::builder, ServiceOperationsTest::invoke))
                .hasMessage("Invoke is registered twice");
    }

    private static InvokeResponse invoke(InvokeRequest input, ApiCall call) {
        return InvokeResponse.builder().executedVersion(input.qualifier()).build();
    }
}
