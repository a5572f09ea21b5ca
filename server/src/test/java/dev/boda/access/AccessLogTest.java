package dev.boda.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AccessLogTest {

    @Test
    void aRequestIsALineThatItsCallerCannotForge() {
        var conditions = new LinkedHashMap<String, List<String>>();
        conditions.put("aws:TagKeys", List.of("team", "cost"));
        conditions.put("aws:UserAgent", List.of("a \"b\" \\ c\nallowed principal=root"));
        var request = new AccessRequest(
                new Principal.Root("aws", "111111111111"),
                "lambda:InvokeFunction",
                "arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST",
                () -> conditions);

        assertThat(AccessLog.line(request))
                .isEqualTo("allowed principal=arn:aws:iam::111111111111:root action=lambda:InvokeFunction"
                        + " resource=arn:aws:lambda:us-east-1:111111111111:function:hello:$LATEST"
                        + " aws:TagKeys=team,cost"
                        + " aws:UserAgent=\"a \\\"b\\\" \\\\ c allowed principal=root\"");
    }
}
