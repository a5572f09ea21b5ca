package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class CloserTest {

    @Test
    void partsCloseInReverseAndOnceWhateverOneOfThemDoes() {
        var closed = new ArrayList<String>();
        var closer = new Closer();
        closer.add(() -> closed.add("first"));
        closer.add(() -> {
            closed.add("second");
            throw new IOException("it does not close");
        });
        closer.add(() -> closed.add("third"));

        closer.close();
        closer.close();

        assertThat(closed).containsExactly("third", "second", "first");
    }
}
