package dev.boda.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProcessorsTest {

    private static final long TENTH_OF_A_SECOND = 100_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private double load;
    private final Processors processors = new Processors(
            () -> {
                asked.incrementAndGet();
                return load;
            },
            nanos::get);

    @Test
    void theyHaveTimeToSpareUnlessNearlyAllOfItIsUsed() {
        load = 0.89;
        nanos.addAndGet(TENTH_OF_A_SECOND);
        assertThat(processors.haveTimeToSpare()).isTrue();
        load = 0.9;
        nanos.addAndGet(TENTH_OF_A_SECOND);
        assertThat(processors.haveTimeToSpare()).isFalse();
    }

    @Test
    void whoeverAsksAgainAtOnceHearsTheSame() {
        load = 1;
        nanos.addAndGet(TENTH_OF_A_SECOND);
        assertThat(processors.haveTimeToSpare()).isFalse();
        load = 0;
        nanos.addAndGet(TENTH_OF_A_SECOND - 1);
        assertThat(processors.haveTimeToSpare()).isFalse();
        assertThat(asked).hasValue(2);
        nanos.addAndGet(1);
        assertThat(processors.haveTimeToSpare()).isTrue();
    }
}
