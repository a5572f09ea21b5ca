package dev.boda.api.lambda;

import static dev.boda.api.lambda.LambdaUnderTest.ACCOUNT;
import static dev.boda.api.lambda.LambdaUnderTest.REGION;
import static dev.boda.api.lambda.LambdaUnderTest.base64;
import static dev.boda.api.lambda.LambdaUnderTest.zip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.http.FakeExchange.Answered;
import java.util.LinkedHashMap;
import java.util.Map;

/// What tests of layers ask of [LambdaUnderTest].
record LayersUnderTest(LambdaUnderTest lambda) {

    static final String LAYERS = "/2018-10-31/layers/";
    static final String LAYER_ARN = "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":layer:";
    static final String OTHER_ACCOUNT = "222222222222";

    /// @param more names and values
    Answered publish(String name, Object... more) {
        var members = new LinkedHashMap<String, Object>();
        members.put("Content", Map.of("ZipFile", base64(zip("python/" + name + ".py", "NAME = '" + name + "'"))));
        for (int i = 0; i < more.length; i += 2) {
            members.put(String.valueOf(more[i]), more[i + 1]);
        }
        return lambda.post(LAYERS + name + "/versions", members);
    }

    /// Publishes a version and says its ARN.
    String published(String name, Object... more) {
        var answer = publish(name, more);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().get("LayerVersionArn").asString();
    }

    Answered permit(String name, int version, String sid, String principal) {
        return lambda.post(
                LAYERS + name + "/versions/" + version + "/policy",
                Map.of("StatementId", sid, "Action", "lambda:GetLayerVersion", "Principal", principal));
    }
}
