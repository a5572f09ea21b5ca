package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.http.FakeExchange;
import dev.boda.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamResponse;

final class FrontDoorTest {

    private static final UUID REQUEST_ID = UUID.fromString("8b1a1a0e-0000-4000-8000-000000000001");

    private Instant now = Instant.parse("2026-11-01T09:08:07.654Z");

    private Optional<String> denied = Optional.empty();

    private final FrontDoor door = FrontDoor.open(
            new FrontDoor.Settings(
                    "000000000000",
                    "eu-west-1",
                    _ -> Optional.empty(),
                    false,
                    _ -> denied,
                    () -> REQUEST_ID,
                    () -> now),
            List.of(lambda(), logs()),
            Map.of(
                    "/_boda/",
                    exchange -> exchange.respond(299, HttpHeaders.EMPTY, new byte[0]),
                    "/_localstack/health",
                    new Health(
                            List.of("lambda", "logs"), "1.2.3", new Health.Isolation("namespaces", true), List::of)));

    /// Answers who called, in the place of a function's name.
    private static ServiceOperations lambda() {
        return ServiceOperations.of("lambda")
                .on("GetFunction", GetFunctionRequest::builder, (input, call) -> {
                    if ("broken".equals(input.functionName())) {
                        throw new IllegalStateException("broken on purpose");
                    }
                    call.answerHeaders().add("X-Boda-Note", "seen");
                    return GetFunctionResponse.builder()
                            .configuration(c -> c.functionName(shown(call.caller())))
                            .build();
                })
                .on(
                        "CreateFunction",
                        CreateFunctionRequest::builder,
                        (input, call) -> CreateFunctionResponse.builder().build())
                .<InvokeWithResponseStreamRequest, InvokeWithResponseStreamResponse>onStreamed(
                        "InvokeWithResponseStream", InvokeWithResponseStreamRequest::builder, (_, _, events) -> {
                            events.begin(
                                    InvokeWithResponseStreamResponse.builder().build());
                            events.send(new EventKind("PayloadChunk", "text/plain"), new byte[1], 0, 1);
                            throw new IllegalStateException("broken on purpose");
                        })
                .build();
    }

    private static ServiceOperations logs() {
        return ServiceOperations.of("logs")
                .on(
                        "DescribeLogGroups",
                        DescribeLogGroupsRequest::builder,
                        (input, call) -> DescribeLogGroupsResponse.builder()
                                .nextToken(shown(call.caller()))
                                .build())
                .build();
    }

    private static String shown(Caller caller) {
        return caller.account() + "/" + caller.region() + "/" + caller.accessKeyId();
    }

    private FakeExchange.Answered answer(FakeExchange exchange) throws Exception {
        door.handle(exchange);
        return exchange.answered();
    }

    private static FakeExchange getFunction() {
        return new FakeExchange("GET", "/2015-03-31/functions/hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:4566",
                "127.0.0.1:4566",
                "[::1]:4566",
                "lambda.us-east-1.amazonaws.com",
                "lambda.us-east-1.localhost.localstack.cloud:4566",
                "lambda.localhost.localstack.cloud:4566",
                "lambda-fips.us-east-1.amazonaws.com",
                "lambda.us-east-1.api.aws",
                "Lambda.Us-East-1.Amazonaws.com"
            })
    void everyHostNameReachesTheSameService(String host) throws Exception {
        assertThat(answer(getFunction().header("Host", host)).status()).isEqualTo(200);
    }

    @Test
    void aSignatureNamesServiceAccountAndRegion() throws Exception {
        var answered = answer(getFunction().signed("111111111111", "us-west-2", "lambda"));

        assertThat(answered.text())
                .isEqualTo("{\"Configuration\":{\"FunctionName\":\"111111111111/us-west-2/111111111111\"}}");
        assertThat(answered.header("x-amzn-RequestId")).isEqualTo(REQUEST_ID.toString());
        assertThat(answered.header("Content-Type")).isEqualTo("application/json");
        assertThat(answered.header("X-Boda-Note")).isEqualTo("seen");
    }

    @Test
    void aRegionThatHasNotTheFormOfOneIsTheDefaultOne() throws Exception {
        assertThat(answer(getFunction().signed("111111111111", "local", "lambda"))
                        .text())
                .isEqualTo("{\"Configuration\":{\"FunctionName\":\"111111111111/eu-west-1/111111111111\"}}");
    }

    @Test
    void everyAnswerHasTheDateOfItsSecond() throws Exception {
        assertThat(answer(getFunction()).header("Date")).isEqualTo("Sun, 01 Nov 2026 09:08:07 GMT");

        now = now.plusMillis(345);
        assertThat(answer(getFunction()).header("Date")).isEqualTo("Sun, 01 Nov 2026 09:08:07 GMT");

        now = now.plusMillis(1);
        assertThat(answer(new FakeExchange("GET", "/nowhere")).header("Date"))
                .isEqualTo("Sun, 01 Nov 2026 09:08:08 GMT");
    }

    @ParameterizedTest
    @CsvSource({
        "test,         000000000000",
        "AKIAEXAMPLE,  000000000000",
        "12345678901,  000000000000",
        "12345678901x, 000000000000",
        "123456789012, 123456789012"
    })
    void anAccessKeyOfTwelveDigitsNamesItsAccount(String key, String account) throws Exception {
        assertThat(answer(getFunction().signed(key, "us-east-1", "lambda")).text())
                .contains('"' + account + "/us-east-1/" + key + '"');
    }

    @Test
    void withoutASignatureTheHostNamesTheRegionOrTheDefaultHolds() throws Exception {
        assertThat(answer(getFunction().header("Host", "lambda.ap-southeast-2.amazonaws.com"))
                        .text())
                .contains("\"000000000000/ap-southeast-2/\"");
        assertThat(answer(getFunction().header("Host", "localhost")).text()).contains("\"000000000000/eu-west-1/\"");
    }

    @Test
    void aPresignedQueryIsASignatureToo() throws Exception {
        var credential = "111111111111%2F20260131%2Fus-west-2%2Flambda%2Faws4_request";
        var exchange = new FakeExchange(
                "GET",
                "/2015-03-31/functions/hello?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + credential
                        + "&X-Amz-SignedHeaders=host&X-Amz-Signature=abc");

        assertThat(answer(exchange).text()).contains("111111111111/us-west-2/111111111111");
    }

    @Test
    void aTargetNamesServiceAndOperation() throws Exception {
        var exchange = new FakeExchange("POST", "/")
                .header("X-Amz-Target", "Logs_20140328.DescribeLogGroups")
                .body("{}");

        var answered = answer(exchange);

        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.text()).isEqualTo("{\"nextToken\":\"000000000000/eu-west-1/\"}");
        assertThat(answered.header("Content-Type")).isEqualTo("application/x-amz-json-1.1");
    }

    @Test
    void anUnknownServiceIsNamedInWhatItsClientReads() throws Exception {
        var json = answer(new FakeExchange("POST", "/").signed("test", "us-east-1", "kinesis"));
        var form = answer(new FakeExchange("POST", "/")
                .signed("test", "us-east-1", "sts")
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));
        var s3 = answer(new FakeExchange("GET", "/bucket").signed("test", "us-east-1", "s3"));
        var target = answer(new FakeExchange("POST", "/").header("X-Amz-Target", "AmazonSQS.SendMessage"));
        var host = answer(new FakeExchange("GET", "/").header("Host", "sqs.us-east-1.amazonaws.com"));

        assertThat(json.status()).isEqualTo(404);
        assertThat(json.text())
                .isEqualTo("{\"__type\":\"UnknownOperationException\","
                        + "\"message\":\"Boda has no service kinesis; it has lambda, logs\"}");
        assertThat(json.header("x-amzn-ErrorType")).isEqualTo("UnknownOperationException");
        assertThat(form.text()).contains("<Code>UnknownOperationException</Code><Message>Boda has no service sts;");
        assertThat(s3.text()).contains("<Error><Code>UnknownOperationException</Code>", REQUEST_ID.toString());
        assertThat(target.text()).contains("Boda has no service AmazonSQS.SendMessage;");
        assertThat(host.text()).contains("Boda has no service sqs;");
    }

    @Test
    void anUnknownOperationIsNamed() throws Exception {
        var path = answer(new FakeExchange("GET", "/2015-03-31/nothing").signed("test", "us-east-1", "lambda"));
        var target = answer(new FakeExchange("POST", "/").header("X-Amz-Target", "Logs_20140328.Nothing"));
        var nobody = answer(new FakeExchange("GET", "/favicon.ico").header("Host", "localhost"));

        assertThat(path.status()).isEqualTo(404);
        assertThat(path.header("x-amzn-ErrorType")).isEqualTo("UnknownOperationException");
        assertThat(path.text()).isEqualTo("{\"message\":\"The lambda API has no operation GET /2015-03-31/nothing\"}");
        assertThat(target.status()).isEqualTo(400);
        assertThat(target.text())
                .isEqualTo("{\"__type\":\"UnknownOperationException\","
                        + "\"message\":\"The logs API has no operation Nothing\"}");
        assertThat(nobody.status()).isEqualTo(404);
        assertThat(nobody.text()).contains("No service here has an operation GET /favicon.ico");
    }

    @Test
    void anOperationThatIsNotBuiltIsRefusedByName() throws Exception {
        var rest = answer(new FakeExchange("POST", "/2015-03-31/functions/hello/aliases").body("{}"));
        var json = answer(new FakeExchange("POST", "/").header("X-Amz-Target", "Logs_20140328.StartQuery"));

        assertThat(rest.status()).isEqualTo(501);
        assertThat(rest.header("x-amzn-ErrorType")).isEqualTo("NotImplemented");
        assertThat(rest.text())
                .isEqualTo("{\"message\":\"Boda does not implement lambda:CreateAlias yet; see docs/parity.md\"}");
        assertThat(json.status()).isEqualTo(501);
        assertThat(json.text()).contains("NotImplemented", "logs:StartQuery");
    }

    @Test
    void whatBreaksIsAnInternalErrorWithTheRequestId() throws Exception {
        var answered = answer(new FakeExchange("GET", "/2015-03-31/functions/broken"));

        assertThat(answered.status()).isEqualTo(500);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("ServiceException");
        assertThat(answered.text())
                .isEqualTo("{\"Message\":\"An error occurred and the request cannot be processed. Request id: "
                        + REQUEST_ID + "\",\"Type\":\"Service\"}");
    }

    @Test
    void whatBreaksWhenHalfAnAnswerIsOutBreaksTheConnection() throws Exception {
        var exchange = new FakeExchange("POST", "/2021-11-15/functions/hello/response-streaming-invocations");
        door.handle(exchange);

        assertThat(exchange.aborted()).isTrue();
        assertThat(door.requests().read())
                .filteredOn(each -> each.operation().equals("InvokeWithResponseStream"))
                .singleElement()
                .satisfies(each -> assertThat(each.byStatus()).containsExactly(Map.entry(500, 1L)));
    }

    @Test
    void aBodyOverTheOperationsLimitIsRefusedInAwsWords() throws Exception {
        var answered = answer(new FakeExchange("POST", "/2015-03-31/functions").body(new byte[70_167_212]));

        assertThat(answered.status()).isEqualTo(413);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("RequestEntityTooLargeException");
        assertThat(answered.text())
                .isEqualTo(
                        "{\"message\":\"Request must be smaller than 70167211 bytes for the CreateFunction operation\"}");
    }

    @Test
    void pathsOfOurOwnGoToTheirHandlers() throws Exception {
        assertThat(answer(new FakeExchange("GET", "/_boda/anything")).status()).isEqualTo(299);
        assertThat(answer(new FakeExchange("GET", "/_localstack/health")).text())
                .isEqualTo(
                        "{\"services\":{\"lambda\":\"available\",\"logs\":\"available\"},"
                                + "\"status\":\"ok\",\"problems\":[],\"isolation\":\"namespaces\",\"awsNamesExist\":true,\"edition\":\"community\",\"version\":\"1.2.3\"}");
        var posted = answer(new FakeExchange("POST", "/_localstack/health"));
        assertThat(posted.status()).isEqualTo(405);
        assertThat(posted.header("Allow")).isEqualTo("GET, HEAD");
        assertThat(answer(new FakeExchange("GET", "/_nobody")).status()).isEqualTo(404);
    }

    @Test
    void anOperationThatTheModelDoesNotHaveCannotBeRegistered() {
        var wrong = ServiceOperations.of("lambda")
                .on(
                        "GetFunktion",
                        GetFunctionRequest::builder,
                        (input, call) -> GetFunctionResponse.builder().build())
                .build();

        assertThatThrownBy(() -> Endpoint.of(wrong, _ -> Optional.empty()))
                .hasMessageContaining("has no operation GetFunktion");
    }

    @Test
    void coverageListsWhatWorksAndWhatIsRefused() {
        var coverage = Coverage.of(lambda());

        assertThat(coverage.works()).containsExactly("CreateFunction", "GetFunction", "InvokeWithResponseStream");
        assertThat(coverage.refused()).contains("CreateAlias", "Invoke").doesNotContain("GetFunction");
        assertThat(coverage.works().size() + coverage.refused().size()).isEqualTo(85);
        assertThat(coverage.source()).startsWith("botocore ");
    }
}
