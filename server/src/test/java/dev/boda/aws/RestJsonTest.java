package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.model.ServiceModel;
import dev.boda.http.FakeExchange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingRequest;
import software.amazon.awssdk.services.lambda.model.GetEventSourceMappingResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

final class RestJsonTest {

    private static final String INVOKE = "/2015-03-31/functions/hello/invocations";

    private static WireDoor<InvokeRequest> invoke(SdkPojo output) {
        return WireDoor.of("lambda", "Invoke", InvokeRequest::builder, output);
    }

    @Test
    void membersComeFromLabelQueryHeadersAndTheBareBody() throws Exception {
        var door = invoke(InvokeResponse.builder().build());
        var payload = "{\"not\": parsed".getBytes(UTF_8);

        door.answer(new FakeExchange("POST", INVOKE + "?Qualifier=%24LATEST")
                .header("X-Amz-Invocation-Type", "Event")
                .header("x-amz-log-type", "Tail")
                .header("X-Amz-Client-Context", "e30=")
                .body(payload));

        var input = door.input();
        assertThat(input.functionName()).isEqualTo("hello");
        assertThat(input.qualifier()).isEqualTo("$LATEST");
        assertThat(input.invocationTypeAsString()).isEqualTo("Event");
        assertThat(input.logTypeAsString()).isEqualTo("Tail");
        assertThat(input.clientContext()).isEqualTo("e30=");
        assertThat(input.payload().asByteArrayUnsafe()).isSameAs(payload);
    }

    @Test
    void anAbsentPayloadIsAbsent() throws Exception {
        var door = invoke(InvokeResponse.builder().build());

        var answered = door.answer(new FakeExchange("POST", INVOKE));

        assertThat(door.input().payload()).isNull();
        assertThat(door.input().qualifier()).isNull();
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.body()).isEmpty();
        assertThat(answered.headers().contains("Content-Type")).isFalse();
    }

    @Test
    void anAnswersMembersGoToStatusHeadersAndTheBareBody() throws Exception {
        var payload = "[1,2]".getBytes(UTF_8);
        var answered = invoke(InvokeResponse.builder()
                        .statusCode(202)
                        .functionError("Unhandled")
                        .logResult("TE9H")
                        .executedVersion("$LATEST")
                        .payload(SdkBytes.fromByteArrayUnsafe(payload))
                        .build())
                .answer(new FakeExchange("POST", INVOKE));

        assertThat(answered.status()).isEqualTo(202);
        assertThat(answered.header("X-Amz-Function-Error")).isEqualTo("Unhandled");
        assertThat(answered.header("X-Amz-Log-Result")).isEqualTo("TE9H");
        assertThat(answered.header("X-Amz-Executed-Version")).isEqualTo("$LATEST");
        assertThat(answered.header("Content-Type")).isEqualTo("application/json");
        assertThat(answered.body()).isSameAs(payload);
    }

    @Test
    void aPayloadOverTheLimitIsRefused() throws Exception {
        var door = invoke(InvokeResponse.builder().build());

        var answered = door.answer(new FakeExchange("POST", INVOKE).body(new byte[6_291_457]));

        assertThat(answered.status()).isEqualTo(413);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("RequestEntityTooLargeException");
        assertThat(answered.text())
                .isEqualTo(
                        "{\"message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction operation\"}");
        assertThat(door.answer(new FakeExchange("POST", INVOKE).body(new byte[6_291_456]))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anAnswerWithoutMembersInTheBodyHasNone() throws Exception {
        var answered = WireDoor.of(
                        "lambda",
                        "DeleteFunction",
                        DeleteFunctionRequest::builder,
                        DeleteFunctionResponse.builder().statusCode(204).build())
                .answer(new FakeExchange("DELETE", "/2015-03-31/functions/hello"));

        assertThat(answered.status()).isEqualTo(204);
        assertThat(answered.body()).isEmpty();
    }

    @Test
    void emptyListsAreSentAndAbsentOnesAreNot() throws Exception {
        var answered = WireDoor.of(
                        "lambda",
                        "ListFunctions",
                        ListFunctionsRequest::builder,
                        ListFunctionsResponse.builder()
                                .functions(FunctionConfiguration.builder()
                                        .functionName("f")
                                        .layers(List.of())
                                        .codeSize(3L)
                                        .build())
                                .build())
                .answer(new FakeExchange("GET", "/2015-03-31/functions/"));

        assertThat(answered.text())
                .isEqualTo("{\"Functions\":[{\"FunctionName\":\"f\",\"CodeSize\":3,\"Layers\":[]}]}");
    }

    @Test
    void aTimeIsANumberOfSeconds() throws Exception {
        var answered = WireDoor.of(
                        "lambda",
                        "GetEventSourceMapping",
                        GetEventSourceMappingRequest::builder,
                        GetEventSourceMappingResponse.builder()
                                .lastModified(Instant.parse("2025-11-21T10:19:07.120Z"))
                                .build())
                .answer(new FakeExchange("GET", "/2015-03-31/event-source-mappings/u"));

        assertThat(answered.text()).isEqualTo("{\"LastModified\":1763720347.12}");
    }

    @Test
    void aListInTheQueryIsRepeated() throws Exception {
        var door = WireDoor.of(
                "lambda",
                "UntagResource",
                UntagResourceRequest::builder,
                UntagResourceResponse.builder().build());

        var answered = door.answer(new FakeExchange(
                "DELETE",
                "/2017-03-31/tags/arn:aws:lambda:us-east-1:123456789012:function:f?tagKeys=a+b&tagKeys=c%2Bd"));

        assertThat(door.input().tagKeys()).containsExactly("a b", "c+d");
        assertThat(door.input().resource()).isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:f");
        assertThat(answered.status()).isEqualTo(204);
    }

    @Test
    void aNumberInTheQueryIsRead() throws Exception {
        var door = WireDoor.of(
                "lambda",
                "ListFunctions",
                ListFunctionsRequest::builder,
                ListFunctionsResponse.builder().build());

        door.answer(new FakeExchange("GET", "/2015-03-31/functions?MaxItems=7"));
        assertThat(door.input().maxItems()).isEqualTo(7);

        var answered = door.answer(new FakeExchange("GET", "/2015-03-31/functions?MaxItems=seven"));
        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.text()).isEqualTo("{\"Message\":\"STRING_VALUE can not be converted to an Integer\"}");
    }

    @Test
    void anErrorsMembersStandWhereItsModelSays() {
        var protocol = new RestJson(ServiceModel.load("lambda"), new SdkMembers());

        var notFound = protocol.refuse(new ServiceException(
                "ResourceNotFoundException", 404, "Function not found: f", Map.of("Type", "User")));
        var throttled = protocol.refuse(new ServiceException(
                "TooManyRequestsException",
                429,
                "Rate Exceeded.",
                Map.of("Type", "User", "Reason", "ConcurrentInvocationLimitExceeded", "retryAfterSeconds", "2")));

        assertThat(new String(notFound.body(), UTF_8))
                .isEqualTo("{\"Message\":\"Function not found: f\",\"Type\":\"User\"}");
        assertThat(notFound.headers().build().first("x-amzn-ErrorType")).contains("ResourceNotFoundException");
        assertThat(new String(throttled.body(), UTF_8))
                .isEqualTo("{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\","
                        + "\"message\":\"Rate Exceeded.\"}");
        assertThat(throttled.headers().build().first("Retry-After")).contains("2");
        assertThat(throttled.status()).isEqualTo(429);
    }
}
