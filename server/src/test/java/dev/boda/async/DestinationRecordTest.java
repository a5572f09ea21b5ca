package dev.boda.async;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.async.DestinationRecord.Answer;
import dev.boda.async.RetryPolicy.Condition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The record of AWS's documentation.
final class DestinationRecordTest {

    private static String json(Condition condition, int count, @Nullable Answer answer) {
        var record = new DestinationRecord(
                "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
                "arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST",
                condition,
                count,
                "{\"ORDER_IDS\":[\"9e07af03\"]}".getBytes(UTF_8),
                answer);
        return new String(record.json(Instant.parse("2019-11-14T18:16:05.568Z")), UTF_8);
    }

    @Test
    void aFunctionThatFailsAgainAndAgain() {
        var error = "{\"errorMessage\":\"RequestId: e4b4 Process exited before completing request\"}".getBytes(UTF_8);
        assertThat(json(Condition.RETRIES_EXHAUSTED, 3, new Answer("$LATEST", true, error)))
                .isEqualTo("{\"version\":\"1.0\",\"timestamp\":\"2019-11-14T18:16:05.568Z\",\"requestContext\":{"
                        + "\"requestId\":\"e4b46cbf-b738-xmpl-8880-a18cdf61200e\",\"functionArn\":"
                        + "\"arn:aws:lambda:us-east-2:123456789012:function:my-function:$LATEST\","
                        + "\"condition\":\"RetriesExhausted\",\"approximateInvokeCount\":3},"
                        + "\"requestPayload\":{\"ORDER_IDS\":[\"9e07af03\"]},\"responseContext\":{\"statusCode\":200,"
                        + "\"executedVersion\":\"$LATEST\",\"functionError\":\"Unhandled\"},"
                        + "\"responsePayload\":{\"errorMessage\":"
                        + "\"RequestId: e4b4 Process exited before completing request\"}}");
    }

    @Test
    void aSuccessHasNoFunctionError() {
        assertThat(json(Condition.SUCCESS, 1, new Answer("7", false, "\"done\"".getBytes(UTF_8))))
                .contains("\"responseContext\":{\"statusCode\":200,\"executedVersion\":\"7\"}")
                .endsWith("\"responsePayload\":\"done\"}");
    }

    @Test
    void whatNeverRanHasNoResponse() {
        assertThat(json(Condition.EVENT_AGE_EXCEEDED, 0, null))
                .endsWith("\"requestPayload\":{\"ORDER_IDS\":[\"9e07af03\"]}}");
    }

    @Test
    void anAnswerThatIsNotJsonIsAText() {
        assertThat(json(Condition.SUCCESS, 1, new Answer("1", false, "no json".getBytes(UTF_8))))
                .endsWith("\"responsePayload\":\"no json\"}");
    }
}
