package dev.boda.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.LogArchive;
import dev.boda.store.LogBatches;
import dev.boda.store.LogEvent;
import dev.boda.store.LogGroup;
import dev.boda.store.LogPosition;
import dev.boda.store.LogQuery;
import dev.boda.store.LogStreamName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPageTest {

    private static final LogStreamName STREAM =
            new LogStreamName("000000000000", "us-east-1", "/aws/lambda/hello", "a");
    private static final LogPosition START = LogPosition.before(0);
    private static final int EVERYTHING = 10_000;

    @TempDir
    private Path folder;

    @Test
    void aPageEndsAtItsLimits() throws IOException {
        try (var archive = LogArchive.open(folder, LogLimits.DEFAULT.storedBytes())) {
            var events = new ArrayList<LogEvent>();
            for (int i = 0; i < 30; i++) {
                events.add(event(i, (i % 2 == 0 ? "even " : "odd ") + "x".repeat(100_000)));
            }
            archive.write(LogBatches.of(STREAM, events));

            LogPage byNumber = page(archive, START, _ -> true, 3);
            LogPage bySize = page(archive, START, event -> event.message().startsWith("even"), EVERYTHING);
            LogPage whole = page(archive, START, event -> event.timestampMillis() > 25, EVERYTHING);

            assertThat(byNumber.entries()).hasSize(3);
            assertThat(byNumber.more()).isTrue();
            assertThat(bySize.entries()).hasSize(10);
            assertThat(bySize.more()).isTrue();
            assertThat(bySize.reached())
                    .isNotNull()
                    .extracting(LogPosition::timestampMillis)
                    .isEqualTo(19L);
            assertThat(whole.entries()).hasSize(4);
            assertThat(whole.more()).isFalse();
        }
    }

    @Test
    void aPageOfOneEventLongerThanAPageIsThatEvent() throws IOException {
        try (var archive = LogArchive.open(folder, LogLimits.DEFAULT.storedBytes())) {
            archive.write(LogBatches.of(STREAM, List.of(event(1, "ü".repeat(1_000_000)), event(2, "next"))));

            LogPage page = page(archive, START, _ -> true, EVERYTHING);

            assertThat(page.entries()).hasSize(1);
            assertThat(page.more()).isTrue();
        }
    }

    @Test
    void eventsOfOneMomentThatAreLargerThanAPageLooksThroughTakeFewPages() throws IOException {
        try (var archive = LogArchive.open(folder, LogLimits.DEFAULT.storedBytes())) {
            String message = "x".repeat(500_000);
            int count = (int) (3 * LogPage.LOOKED_THROUGH_BYTES / 2 / message.length());
            for (int i = 0; i < count; i++) {
                archive.write(LogBatches.of(STREAM, List.of(event(1, message))));
            }

            LogPage first = page(archive, START, _ -> false, EVERYTHING);
            assertThat(first.entries()).isEmpty();
            assertThat(first.more()).isTrue();

            LogPage second =
                    page(archive, Objects.requireNonNull(first.reached()).next(), _ -> false, EVERYTHING);
            assertThat(second.more()).isFalse();
        }
    }

    private static LogPage page(LogArchive archive, LogPosition from, Predicate<LogEvent> wanted, int limit)
            throws IOException {
        LogGroup group = archive.findGroup(STREAM.account(), STREAM.region(), STREAM.group())
                .orElseThrow();
        var end = LogPosition.before(Long.MAX_VALUE);
        return LogPage.of(archive.read(new LogQuery(group, null, _ -> true, from, end, true)), wanted, limit);
    }

    private static LogEvent event(long millis, String message) {
        return new LogEvent(millis, millis, message);
    }
}
