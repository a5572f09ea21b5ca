package dev.boda.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.LoggedLines;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AccessLogTest {

    @RegisterExtension
    private final LoggedLines lines = LoggedLines.of("access");

    @Test
    void aRequestIsALineOfNamesAndValues() {
        var conditions = new LinkedHashMap<String, List<String>>();
        conditions.put("aws:TagKeys", List.of("team", "cost"));
        conditions.put("aws:UserAgent", List.of("a b"));
        AccessLog.write(
                new AccessRequest(
                        new Principal.Root("aws", "111111111111"),
                        "lambda:InvokeFunction",
                        "arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST",
                        () -> conditions),
                true);

        assertThat(lines.all()).singleElement().satisfies(line -> {
            assertThat(line.getFormattedMessage()).isEqualTo("allowed");
            assertThat(line.getKeyValuePairs())
                    .extracting(fact -> fact.key + "=" + fact.value)
                    .containsExactly(
                            "principal=arn:aws:iam::111111111111:root",
                            "action=lambda:InvokeFunction",
                            "resource=arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST",
                            "aws:TagKeys=team,cost",
                            "aws:UserAgent=a b");
        });
    }
}
