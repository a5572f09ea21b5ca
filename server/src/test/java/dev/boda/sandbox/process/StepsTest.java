package dev.boda.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.process.Steps.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {

    private final List<String> taken = new ArrayList<>();

    @Test
    void everyStepIsTakenWhateverTheOthersThrow() {
        var steps = List.<Step>of(
                () -> fail(new IOException("file")),
                () -> fail(new IllegalStateException("state")),
                () -> fail(new StackOverflowError("error")),
                () -> taken.add("last"));

        assertThatThrownBy(() -> Steps.takeAll(steps))
                .satisfies(thrown -> assertThat(thrown.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("file", "state", "error"));
        assertThat(taken).containsExactly("last");
    }

    @Test
    void theSameErrorAgainDoesNotEndTheSteps() {
        var only = new LinkageError("once more");

        Steps.takeAll(only, List.of(() -> fail(only), () -> taken.add("last")));
        assertThat(taken).containsExactly("last");
    }

    private static void fail(Throwable fault) throws IOException {
        switch (fault) {
            case IOException refused -> throw refused;
            case RuntimeException fails -> throw fails;
            case Error error -> throw error;
            default -> throw new AssertionError(fault);
        }
    }
}
