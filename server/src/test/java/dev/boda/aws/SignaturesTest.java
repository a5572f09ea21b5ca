package dev.boda.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.boda.http.FakeExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DescribeLogGroupsResponse;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Requests signed by AWS's SDK for Java, and what is wrong with them afterwards.
final class SignaturesTest {

    private static final Instant NOW = SignedRequest.TIME;
    private static final String INVOKE = "/2015-03-31/functions/hello/invocations";
    private static final String INVALID = "The security token included in the request is invalid.";
    private static final String MISMATCH =
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                    + " Access Key and signing method. Consult the service documentation for details.";

    private static final AwsCredentialsIdentity TEST = AwsCredentialsIdentity.create("test", "test");
    private static final AwsCredentialsIdentity WRONG = AwsCredentialsIdentity.create("test", "wrong");
    private static final AwsCredentialsIdentity ISSUED = session("token");

    private Instant now = NOW;
    private int reached;

    private static AwsCredentialsIdentity session(String token) {
        return AwsSessionCredentialsIdentity.create("ASIABODA", "secret", token);
    }

    private FakeExchange.Answered answer(boolean onlyKnown, FakeExchange exchange) throws Exception {
        var keys = Map.of(
                "test", new KnownKey("test", null),
                "ASIABODA",
                        new KnownKey(
                                "secret",
                                new KnownKey.Session("222222222222", "token", NOW.plus(Duration.ofHours(1)))));
        var lambda = ServiceOperations.of("lambda")
                .on("GetFunction", GetFunctionRequest::builder, (_, call) -> {
                    reached++;
                    return GetFunctionResponse.builder()
                            .configuration(c -> c.functionName(call.caller().account()))
                            .build();
                })
                .on("Invoke", InvokeRequest::builder, (input, _) -> {
                    reached++;
                    return InvokeResponse.builder()
                            .statusCode(200)
                            .payload(input.payload())
                            .build();
                })
                .build();
        var logs = ServiceOperations.of("logs")
                .on("DescribeLogGroups", DescribeLogGroupsRequest::builder, (_, _) -> {
                    reached++;
                    return DescribeLogGroupsResponse.builder().build();
                })
                .build();
        var settings = new FrontDoor.Settings(
                "000000000000",
                "us-east-1",
                id -> Optional.ofNullable(keys.get(id)),
                onlyKnown,
                _ -> Optional.empty(),
                () -> new UUID(0, 1),
                () -> now);
        FrontDoor.open(settings, List.of(lambda, logs), Map.of()).handle(exchange);
        return exchange.answered();
    }

    private FakeExchange.Answered answer(FakeExchange exchange) throws Exception {
        return answer(false, exchange);
    }

    private static SignedRequest get(AwsCredentialsIdentity who) {
        return new SignedRequest(
                who, SdkHttpMethod.GET, "/2015-03-31/functions/hello?Qualifier=%24LATEST&a=b+c%20d", "");
    }

    private static SignedRequest invoke(AwsCredentialsIdentity who) {
        return new SignedRequest(who, SdkHttpMethod.POST, INVOKE, "{\"a\": 1}");
    }

    private static SignedRequest logs(AwsCredentialsIdentity who) {
        return new SignedRequest(who, SdkHttpMethod.POST, "/", "{}");
    }

    private void assertRefused(FakeExchange.Answered answered, int status, String code, String sentence) {
        assertThat(answered.status()).isEqualTo(status);
        assertThat(answered.text()).contains(sentence);
        assertThat(answered.header("x-amzn-ErrorType") + answered.text()).contains(code);
        assertThat(reached).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello",
                "/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:hello",
                "/2015-03-31/functions/hello?Qualifier=%24LATEST",
                "/2015-03-31/functions/hello?b=%2B+x&a=&a=%7E&B=1"
            })
    void whatAwsSigns(String target) throws Exception {
        var signing = new SignedRequest(TEST, SdkHttpMethod.GET, target, "");
        assertThat(answer(true, signing.header()).status()).isEqualTo(200);
        assertThat(answer(true, signing.presigned()).status()).isEqualTo(200);
        assertRefusedAfter(new SignedRequest(WRONG, SdkHttpMethod.GET, target, ""));
    }

    private void assertRefusedAfter(SignedRequest wrong) throws Exception {
        reached = 0;
        assertRefused(answer(wrong.header()), 403, "InvalidSignatureException", MISMATCH);
        assertRefused(answer(wrong.presigned()), 403, "InvalidSignatureException", MISMATCH);
    }

    @Test
    void bodiesAreSignedOrSaidToBeUnsigned() throws Exception {
        assertThat(answer(true, invoke(TEST).header()).text()).isEqualTo("{\"a\": 1}");
        assertThat(answer(true, logs(TEST).header()).status()).isEqualTo(200);
        assertThat(answer(true, invoke(TEST).unsignedPayload().body("[]")).text())
                .isEqualTo("[]");
        reached = 0;
        assertRefused(answer(invoke(TEST).sentWith("{}")), 403, "InvalidSignatureException", MISMATCH);
        assertRefused(answer(logs(WRONG).header()), 400, "InvalidSignatureException", MISMATCH);
    }

    @Test
    void aSessionNamesItsAccountAndNeedsItsToken() throws Exception {
        assertThat(answer(true, get(ISSUED).header()).text()).contains("222222222222");
        assertThat(answer(true, get(ISSUED).presigned()).text()).contains("222222222222");
        reached = 0;
        assertRefused(answer(get(session("other")).header()), 403, "UnrecognizedClientException", INVALID);
        assertRefused(answer(logs(session("other")).header()), 400, "UnrecognizedClientException", INVALID);
        var without = AwsCredentialsIdentity.create("ASIABODA", "secret");
        assertRefused(answer(get(without).header()), 403, "UnrecognizedClientException", INVALID);
    }

    @Test
    void anOldSessionIsExpired() throws Exception {
        now = NOW.plus(Duration.ofHours(1));
        var late = get(ISSUED).presigned();
        assertThat(answer(late).status()).isEqualTo(403);

        var keys = Map.of("ASIABODA", new KnownKey("secret", new KnownKey.Session("222222222222", "token", NOW)));
        var check = new SignatureCheck(id -> Optional.ofNullable(keys.get(id)), false, () -> NOW);
        var exchange = get(ISSUED).header();
        assertThat(catchThrowableOfType(
                                ServiceException.class,
                                () -> check.check(exchange, SignatureV4.of(exchange), new SignatureRefusals(403)))
                        .code())
                .isEqualTo("ExpiredTokenException");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            300  | false |
            301  | false | Signature expired: 20261101T090807Z is now earlier than 20261101T090808Z (20261101T091308Z - 5 min.)
            -300 | false |
            -301 | false | Signature not yet current: 20261101T090807Z is still later than 20261101T090806Z (20261101T090306Z + 5 min.)
            900  | true  |
            901  | true  | Signature expired: 20261101T090807Z is now earlier than 20261101T090808Z (20261101T092308Z - 15 min.)
            """)
    void aSignatureHoldsForAWhile(int secondsLater, boolean presigned, @Nullable String said) throws Exception {
        now = NOW.plusSeconds(secondsLater);
        var answered = answer(presigned ? get(TEST).presigned() : get(TEST).header());
        if (said == null) {
            assertThat(answered.status()).isEqualTo(200);
        } else {
            assertRefused(answered, 403, "InvalidSignatureException", said);
        }
    }

    @Test
    void whoIsNotKnownPassesUnlessCredentialsAreRequired() throws Exception {
        var stranger = get(AwsCredentialsIdentity.create("AKIASTRANGER", "x"));
        var account = get(AwsCredentialsIdentity.create("111111111111", "x"));
        var unsigned = "/2015-03-31/functions/hello";
        assertThat(answer(stranger.header()).status()).isEqualTo(200);
        assertThat(answer(account.presigned()).text()).contains("111111111111");
        assertThat(answer(new FakeExchange("GET", unsigned)).status()).isEqualTo(200);

        reached = 0;
        assertRefused(answer(true, stranger.header()), 403, "UnrecognizedClientException", INVALID);
        assertRefused(answer(true, account.presigned()), 403, "UnrecognizedClientException", INVALID);
        assertRefused(
                answer(true, new FakeExchange("GET", unsigned)),
                403,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token");
        assertRefused(
                answer(true, new FakeExchange("POST", "/").header("X-Amz-Target", "Logs_20140328.DescribeLogGroups")),
                400,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            Credential=test/20261101/us-east-1/lambda/aws4_request, SignedHeaders=host | Authorization header requires 'Signature' parameter. (Hashed
            Credential=test/20261101/us-east-1/lambda/aws4_request | 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter.
            Signature=a, SignedHeaders=host | Authorization header requires 'Credential' parameter.
            Credential=test/20261101/lambda, Signature=a, SignedHeaders=host | Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'test/20261101/lambda'
            """)
    void anIncompleteHeaderIsRefused(String parts, String said) throws Exception {
        var exchange = new FakeExchange("GET", "/2015-03-31/functions/hello")
                .header("X-Amz-Date", "20261101T090807Z")
                .header("Authorization", "AWS4-HMAC-SHA256 " + parts);
        assertRefused(answer(exchange), 403, "IncompleteSignatureException", said);
    }

    @Test
    void allThatAHeaderLacksIsSaidAtOnce() throws Exception {
        var exchange = new FakeExchange("GET", "/2015-03-31/functions/hello")
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/lambda/aws4_request");
        assertRefused(
                answer(exchange),
                403,
                "IncompleteSignatureException",
                "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders'"
                        + " parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date'"
                        + " header. (Hashed with SHA-256 and encoded with Base64) Authorization=");
    }

    @Test
    void aCredentialEndsAsItMust() throws Exception {
        var exchange = new FakeExchange("GET", "/2015-03-31/functions/hello")
                .header("X-Amz-Date", "20261101T090807Z")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/lambda/aws5_request, SignedHeaders=host,"
                                + " Signature=a");
        assertRefused(
                answer(exchange),
                403,
                "InvalidSignatureException",
                "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'.");
    }

    @Test
    void allThatAPresignedQueryLacksIsSaidAtOnce() throws Exception {
        var exchange = new FakeExchange(
                        "GET",
                        "/2015-03-31/functions/hello?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                                + "&X-Amz-Credential=test%2F20261101%2Fus-east-1%2Flambda%2Faws4_request")
                .header("Host", "127.0.0.1:4566");
        assertRefused(
                answer(exchange),
                403,
                "IncompleteSignatureException",
                "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include"
                        + " 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the"
                        + " query-string parameters.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            20261101T090807Z | host;x-amz-date | InvalidSignatureException    | does not match the signature
            20261101T090807Z | x-amz-date      | InvalidSignatureException    | 'Host' or ':authority' must be a 'SignedHeader'
            20261102T090807Z | host            | InvalidSignatureException    | '20261101' != '20261102', from '20261102T090807Z'.
            yesterday        | host            | IncompleteSignatureException | Date must be in ISO-8601 'basic format'. Got 'yesterday'.
            """)
    void dateAndHostAreChecked(String date, String headers, String code, String said) throws Exception {
        var exchange = new FakeExchange("GET", "/2015-03-31/functions/hello")
                .header("Host", "127.0.0.1:4566")
                .header("X-Amz-Date", date)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/lambda/aws4_request, SignedHeaders="
                                + headers + ", Signature=abc");
        assertRefused(answer(exchange), 403, code, said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Amz-Algorithm", "X-Amz-Date", "X-Amz-Signature", "X-Amz-SignedHeaders"})
    void aPresignedQueryNeedsAllItsParameters(String missing) throws Exception {
        var whole = get(TEST).presigned();
        var query = whole.rawQuery().replaceAll(missing + "=[^&]*&?", "");
        var exchange = new FakeExchange("GET", whole.rawPath() + "?" + query).header("Host", "127.0.0.1:4566");
        assertRefused(
                answer(exchange),
                403,
                "IncompleteSignatureException",
                "AWS query-string parameters must include '" + missing + "'.");
    }
}
