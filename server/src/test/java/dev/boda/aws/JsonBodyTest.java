package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.model.ServiceModel;
import dev.boda.http.FakeExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetLogEventsResponse;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionResponse;

/// What stands in a JSON body: read where it is right, refused in AWS's words where it is not.
final class JsonBodyTest {

    private static final String GOOD =
            "\"FunctionName\":\"f\",\"Role\":\"arn:aws:iam::123456789012:role/r\",\"Code\":{\"ZipFile\":\"AAAA\"}";

    private final WireDoor<CreateFunctionRequest> lambda = WireDoor.of(
            "lambda",
            "CreateFunction",
            CreateFunctionRequest::builder,
            CreateFunctionResponse.builder().functionName("f").build());

    private final WireDoor<GetLogEventsRequest> logs = WireDoor.of(
            "logs",
            "GetLogEvents",
            GetLogEventsRequest::builder,
            GetLogEventsResponse.builder().build());

    private FakeExchange.Answered create(String body) throws Exception {
        return lambda.answer(new FakeExchange("POST", "/2015-03-31/functions").body(body));
    }

    private FakeExchange.Answered getLogEvents(String body) throws Exception {
        return logs.answer(new FakeExchange("POST", "/")
                .header("X-Amz-Target", "Logs_20140328.GetLogEvents")
                .body(body));
    }

    @Test
    void everyKindOfMemberIsRead() throws Exception {
        create("{" + GOOD
                + ",\"Timeout\":7,\"Publish\":true,\"Layers\":[],\"Unknown\":{\"a\":[1]},\"Description\":null,"
                + "\"Runtime\":\"python3.12\",\"Architectures\":[\"arm64\"],"
                + "\"Environment\":{\"Variables\":{\"KEY\":\"välue\",\"EMPTY\":\"\"}},\"Tags\":{}}");

        var input = lambda.input();
        assertThat(input.timeout()).isEqualTo(7);
        assertThat(input.publish()).isTrue();
        assertThat(input.code().zipFile().asByteArray()).hasSize(3);
        assertThat(input.runtimeAsString()).isEqualTo("python3.12");
        assertThat(input.architecturesAsStrings()).containsExactly("arm64");
        assertThat(input.environment().variables())
                .containsEntry("KEY", "välue")
                .containsEntry("EMPTY", "");
        assertThat(input.hasLayers()).isTrue();
        assertThat(input.hasTags()).isTrue();
        assertThat(input.description()).isNull();
        assertThat(input.hasFileSystemConfigs()).isFalse();
    }

    @Test
    void whatIsIgnoredIsToldByItsName() {
        var model = ServiceModel.load("lambda");
        var body = "{\"Unknown\":1,\"Null\":null,\"Code\":{\"Newer\":{\"Inner\":2}},\"Tags\":{\"Free\":\"x\"}}";
        var ignored = new JsonReader(model, new SdkMembers())
                .read(body.getBytes(UTF_8), model.structure("CreateFunctionRequest"), CreateFunctionRequest.builder());

        assertThat(ignored).containsExactly("Unknown", "Newer");
    }

    /// As measured on a service with the same framework (SES).
    @Test
    void aTextInTheFlagsPlaceIsTrue() throws Exception {
        create("{" + GOOD + ",\"Publish\":\"false\"}");

        assertThat(lambda.input().publish()).isTrue();
    }

    @Test
    void aFractionIsCutOff() throws Exception {
        create("{" + GOOD + ",\"Timeout\":7.9,\"MemorySize\":128.0}");

        assertThat(lambda.input().timeout()).isEqualTo(7);
        assertThat(lambda.input().memorySize()).isEqualTo(128);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"FunctionName\":1}              | NUMBER_VALUE can not be converted to a String",
                "{\"FunctionName\":1.5}            | NUMBER_VALUE can not be converted to a String",
                "{\"FunctionName\":true}           | TRUE_VALUE can not be converted to a String",
                "{\"FunctionName\":false}          | FALSE_VALUE can not be converted to a String",
                "{\"FunctionName\":[]}             | Start of list found where not expected",
                "{\"FunctionName\":{}}             | Start of structure or map found where not expected.",
                "{\"Timeout\":\"7\"}               | STRING_VALUE can not be converted to an Integer",
                "{\"Timeout\":true}                | TRUE_VALUE can not be converted to an Integer",
                "{\"Timeout\":3000000000}          | NUMBER_VALUE can not be converted to an Integer",
                "{\"Timeout\":[]}                  | Start of list found where not expected",
                "{\"Publish\":1}                   | NUMBER_VALUE can not be converted to a Boolean",
                "{\"Layers\":\"a\"}                | Expected list or null",
                "{\"Layers\":{}}                   | Start of structure or map found where not expected.",
                "{\"Layers\":[1]}                  | NUMBER_VALUE can not be converted to a String",
                "{\"Code\":\"a\"}                  | Expected null",
                "{\"Code\":[]}                     | Start of list found where not expected",
                "{\"Tags\":\"a\"}                  | Expected map or null",
                "{\"Tags\":[]}                     | Start of list found where not expected",
                "{\"Tags\":{\"a\":1}}              | NUMBER_VALUE can not be converted to a String",
                "{\"Code\":{\"ZipFile\":1}}        | NUMBER_VALUE can not be converted to a Blob",
                "{\"Code\":{\"ZipFile\":\"23456\"}} | '23456' can not be converted to a Blob: Base64 encoded length is"
                        + " expected a multiple of 4 bytes but found: 5",
                "{\"Code\":{\"ZipFile\":\"=+/=\"}} | '=+/=' can not be converted to a Blob: Invalid Base64 character:"
                        + " '='",
                "{\"Code\":{\"ZipFile\":\"AA-A\"}} | 'AA-A' can not be converted to a Blob: Invalid Base64 character:"
                        + " '-'",
                "[]                                | Start of list found where not expected",
            },
            quoteCharacter = '`')
    void aValueOfTheWrongTypeIsRefusedInAwsWords(String body, String sentence) throws Exception {
        var answered = create(body);

        assertThat(answered.status()).isEqualTo(400);
        assertThat(answered.header("x-amzn-ErrorType")).isEqualTo("SerializationException");
        assertThat(answered.text()).isEqualTo("{\"Message\":\"" + sentence + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "nonsense", "\"text\"", "null", "7", "{\"Timeout\":7,}", "{} {}", "{\"FunctionName\":\"a"})
    void whatIsNoJsonObjectIsRefusedWithoutWords(String body) throws Exception {
        var rest = create(body);
        var json = getLogEvents(body);

        assertThat(rest.status()).isEqualTo(400);
        assertThat(rest.header("x-amzn-ErrorType")).isEqualTo("SerializationException");
        assertThat(rest.text()).isEqualTo("{}");
        assertThat(json.status()).isEqualTo(400);
        assertThat(json.text()).isEqualTo("{\"__type\":\"SerializationException\"}");
    }

    @Test
    void awsJsonTakesItsTimesAndFlagsFromTheBody() throws Exception {
        getLogEvents("{\"logGroupName\":\"g\",\"logStreamName\":\"s\",\"startTime\":1763720347123,"
                + "\"startFromHead\":true,\"limit\":10}");

        assertThat(logs.input().startTime()).isEqualTo(1_763_720_347_123L);
        assertThat(logs.input().startFromHead()).isTrue();
        assertThat(logs.input().limit()).isEqualTo(10);
    }

    @Test
    void awsJsonSaysItsErrorsTypeInTheBody() throws Exception {
        var answered = getLogEvents("{\"limit\":\"10\"}");

        assertThat(answered.text())
                .isEqualTo("{\"__type\":\"SerializationException\","
                        + "\"Message\":\"STRING_VALUE can not be converted to an Integer\"}");
        assertThat(answered.header("Content-Type")).isEqualTo("application/x-amz-json-1.1");
        assertThat(answered.header("x-amzn-RequestId")).isNotEmpty();
    }
}
