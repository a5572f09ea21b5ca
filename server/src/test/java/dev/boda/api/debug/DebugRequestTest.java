package dev.boda.api.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DebugRequestTest {

    private static DebugRequest parse(String json) {
        return DebugRequest.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "hello, arn:aws:lambda:eu-west-1:111122223333:function:hello",
        "hello:live, arn:aws:lambda:eu-west-1:111122223333:function:hello:live",
        "hello:$LATEST, arn:aws:lambda:eu-west-1:111122223333:function:hello:$LATEST",
        "arn:aws:lambda:us-east-1:444455556666:function:other:7, arn:aws:lambda:us-east-1:444455556666:function:other:7",
    })
    void aFunctionIsNamedAsInAwsAndByItsArnInWhateverAccount(String function, String arn) {
        var request =
                parse("{\"function\":\"" + function + "\",\"account\":\"111122223333\",\"region\":\"eu-west-1\"}");
        assertThat(request.reference().arn()).isEqualTo(arn);
        assertThat(request.port()).isEqualTo(DebugRequest.USUAL_PORT);
        assertThat(request.waits()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no!", "arn:aws:sqs:us-east-1:444455556666:queue", "hello:a:b"})
    void whatIsNoFunctionIsRefused(String function) {
        assertThatThrownBy(() -> parse("{\"function\":\"" + function + "\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + function + "' is not a function's name, NAME:QUALIFIER or ARN.");
    }

    @Test
    void aPortIsOneOfThisMachines() {
        assertThat(parse("{\"function\":\"f\",\"port\":0}").port()).isZero();
        assertThatThrownBy(() -> parse("{\"function\":\"f\",\"port\":65536}"))
                .hasMessage("A port is a number up to 65535, not 65536.");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> parse("{")).hasMessageStartingWith("The request is no JSON: ");
    }
}
