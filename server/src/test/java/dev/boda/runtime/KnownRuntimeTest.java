package dev.boda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.lambda.model.Runtime;

class KnownRuntimeTest {

    @Test
    void theTableHasEveryRuntimeOfAwssModel() {
        var ofTheModel = Runtime.knownValues().stream().map(Runtime::toString).collect(Collectors.toSet());

        assertThat(KnownRuntime.all()).extracting(KnownRuntime::id).containsAll(ofTheModel);
    }

    @Test
    void anIdIsTakenApart() {
        assertThat(KnownRuntime.find("python3.12")).contains(new KnownRuntime("python3.12", "python", "3.12", false));
        assertThat(KnownRuntime.find("nodejs22.x")).contains(new KnownRuntime("nodejs22.x", "nodejs", "22", false));
        assertThat(KnownRuntime.find("dotnetcore3.1"))
                .contains(new KnownRuntime("dotnetcore3.1", "dotnet", "3.1", false));
        assertThat(KnownRuntime.find("provided.al2023"))
                .contains(new KnownRuntime("provided.al2023", "provided", "al2023", true));
        assertThat(KnownRuntime.find("java8.al2")).contains(new KnownRuntime("java8.al2", "java", "8.al2", false));
        assertThat(KnownRuntime.find("python4")).isEmpty();
    }
}
