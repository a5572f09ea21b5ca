package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchSetTest {

    @Test
    void setsAreFoundByTheNameThatIsTyped() {
        for (var set : BenchSet.values()) {
            assertThat(BenchSet.find(set.id())).contains(set);
        }
        assertThat(BenchSet.find("wram")).isEmpty();
        assertThat(BenchSet.find("WARM")).isEmpty();
    }
}
