package dev.boda.api.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.api.logs.LogsUnderTest.Answer;
import java.nio.file.Path;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the tests of the operations have in common: logs that are empty, and ways to call.
abstract class LogsOverTheWire {

    static final String MISSING_GROUP = "ResourceNotFoundException: The specified log group does not exist.";
    static final String MISSING_STREAM = "ResourceNotFoundException: The specified log stream does not exist.";

    @TempDir
    private Path folder;

    LogsUnderTest logs;

    @BeforeEach
    void open() throws Exception {
        logs = new LogsUnderTest(folder);
    }

    @AfterEach
    void close() {
        logs.close();
    }

    /// @param members names and values in turn
    Answer call(String operation, Object... members) throws Exception {
        var request = new HashMap<String, Object>();
        for (int i = 0; i < members.length; i += 2) {
            request.put(String.valueOf(members[i]), members[i + 1]);
        }
        return logs.call(operation, request);
    }

    JsonNode done(String operation, Object... members) throws Exception {
        Answer answer = call(operation, members);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        return answer.body();
    }

    /// The code and the sentence of an operation that is not done.
    String refused(String operation, Object... members) throws Exception {
        Answer answer = call(operation, members);
        assertThat(answer.status()).isIn(400, 501);
        return answer.error();
    }
}
