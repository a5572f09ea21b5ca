package dev.boda.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.LogArchive;
import dev.boda.store.LogBatch;
import dev.boda.store.LogBatches;
import dev.boda.store.LogEntry;
import dev.boda.store.LogEvent;
import dev.boda.store.LogGroup;
import dev.boda.store.LogPosition;
import dev.boda.store.LogQuery;
import dev.boda.store.LogStreamName;
import dev.boda.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStoreTest {

    private static final String GROUP = "/aws/lambda/hello";
    private static final LogPosition START = LogPosition.before(0);
    private static final LogPosition END = LogPosition.before(Long.MAX_VALUE);
    private static final int EVERYTHING = 10_000;

    @TempDir
    private Path folder;

    @Test
    void anEventIsFoundAsSoonAsItIsAppendedAndAfterARestart() {
        try (var logs = open()) {
            for (int i = 0; i < 20; i++) {
                append(logs, "a", i, "line " + i);
                assertThat(messages(logs)).hasSize(i + 1).endsWith("line " + i);
            }
        }
        try (var logs = open()) {
            assertThat(messages(logs)).hasSize(20);
        }
    }

    @Test
    void anAppendedEventIsWrittenThoughNobodyReads() throws IOException {
        try (var logs = open()) {
            long before = System.nanoTime();
            append(logs, "a", 1, "written");
            long deadline = before + TimeUnit.SECONDS.toNanos(10);
            while (storedBytes() == 0 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }

            assertThat(storedBytes()).isPositive();
        }
    }

    @Test
    void whatWasAppendedBeforeTheCloseIsKept() {
        try (var logs = open()) {
            append(logs, "a", 1, "last words");
        }
        try (var logs = open()) {
            assertThat(messages(logs)).containsExactly("last words");
        }
    }

    @Test
    void nothingIsLostOrReorderedWithinAStreamWhileManyWriteAndOneReads() throws Exception {
        int writers = 64;
        int events = 400;
        try (var logs = open();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var writing = new ArrayList<Future<?>>();
            for (int writer = 0; writer < writers; writer++) {
                LogStreamName stream = stream("stream-" + writer);
                writing.add(threads.submit(() -> {
                    for (int i = 0; i < events; i++) {
                        append(logs, stream.stream(), i / 10, "" + i);
                    }
                }));
            }
            for (int i = 0; !writing.stream().allMatch(Future::isDone); i++) {
                isWithoutGap(messages(logs, "stream-" + i % writers));
            }
            Map<String, List<String>> found = byStream(logs);

            assertThat(found).hasSize(writers);
            assertThat(found.values()).allSatisfy(messages -> {
                isWithoutGap(messages);
                assertThat(messages).hasSize(events);
            });
        }
    }

    private static void isWithoutGap(List<String> messages) {
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i)).isEqualTo("" + i);
        }
    }

    @Test
    void eventsThatFindNoRoomAreCountedAndTheNumberIsSaidWhereTheyAreMissing() {
        var buffer = new LogBuffer(1_000);
        String full = "x".repeat(990);
        append(buffer, "a", 1, full);
        append(buffer, "a", 2, "dropped");
        append(buffer, "a", 3, "dropped");
        append(buffer, "b", 3, "dropped");
        List<LogBatch> taken = new ArrayList<>();
        buffer.takeInto(taken);

        assertThat(messages(taken, "a"))
                .satisfiesExactly(
                        message -> assertThat(message).isEqualTo(full),
                        message -> assertThat(message).startsWith("[boda] 2 log events are missing here"));
        assertThat(messages(taken, "b"))
                .satisfiesExactly(message -> assertThat(message).startsWith("[boda] 1 log events are missing here"));

        buffer.written(taken);
        append(buffer, "a", 4, "room again");
        taken.clear();
        buffer.takeInto(taken);
        assertThat(messages(taken, "a")).containsExactly("room again");
    }

    @Test
    void theNumberOfMissingEventsIsSaidOnceBeforeWhatComesNext() {
        var buffer = new LogBuffer(1_000);
        append(buffer, "a", 1, "x".repeat(990));
        List<LogBatch> taken = new ArrayList<>();
        buffer.takeInto(taken);
        append(buffer, "a", 2, "dropped");
        buffer.written(taken);
        append(buffer, "a", 3, "next");
        append(buffer, "a", 4, "and more");
        taken.clear();
        buffer.takeInto(taken);

        assertThat(messages(taken, "a"))
                .satisfiesExactly(
                        message -> assertThat(message).startsWith("[boda] 1 log events are missing here"),
                        message -> assertThat(message).isEqualTo("next"),
                        message -> assertThat(message).isEqualTo("and more"));
    }

    @Test
    void aFullBufferHoldsTheWriterUntilThereIsRoom() throws Exception {
        var buffer = new LogBuffer(1_000);
        append(buffer, "a", 1, "x".repeat(990));
        List<LogBatch> taken = new ArrayList<>();
        buffer.takeInto(taken);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> held = threads.submit(() -> append(buffer, "a", 2, "held"));
            buffer.written(taken);
            held.get(10, TimeUnit.SECONDS);
        }
        taken.clear();
        buffer.takeInto(taken);

        assertThat(messages(taken, "a")).containsExactly("held");
    }

    @Test
    void whoeverReadsAFloodIsHeldUpTheLongerTheMoreWaitsForTheDiskAndNobodyElse() {
        var buffer = new LogBuffer(LogBuffer.LIMIT_BYTES);
        megabytes(buffer, "flood", 20);
        assertThat(pause(buffer, "flood")).isZero();
        megabytes(buffer, "flood", 14);
        long some = pause(buffer, "flood");
        assertThat(some).isPositive();
        append(buffer, "calm", 1, "a line");
        assertThat(pause(buffer, "calm")).isZero();
        megabytes(buffer, "flood", 8);
        assertThat(pause(buffer, "flood")).isGreaterThan(some).isLessThan(200);
        var taken = new ArrayList<LogBatch>();
        buffer.takeInto(taken);
        assertThat(pause(buffer, "flood")).as("not written yet").isPositive();
        megabytes(buffer, "others", 10);
        assertThat(pause(buffer, "calm")).as("little room is left").isPositive();
        buffer.written(taken);
        assertThat(pause(buffer, "flood")).isZero();
    }

    @Test
    void whileTheDiskTakesNothingNobodyIsHeldUpForWhatIsDropped() {
        var buffer = new LogBuffer(6L << 20);
        megabytes(buffer, "flood", 12);
        assertThat(buffer.dropped()).isPositive();
        assertThat(pause(buffer, "flood")).isZero();
    }

    private static void megabytes(LogBuffer buffer, String stream, int count) {
        for (int i = 0; i < count; i++) {
            append(buffer, stream, 1, "x".repeat(1 << 20));
        }
    }

    private static long pause(LogBuffer buffer, String stream) {
        return buffer.pauseMillis(stream(stream));
    }

    @Test
    void whileTheDiskTakesNothingWhatIsDroppedIsOneNumberHoweverOftenItIsTried() throws IOException {
        Path segments = folder.resolve("segments");
        try (var logs = LogStore.open(LogArchive.open(folder, 1L << 30), 1_000, InstantSource.system())) {
            Files.delete(segments);
            String full = "x".repeat(990);
            append(logs, "a", 1, full);
            for (int i = 0; i < 20; i++) {
                append(logs, "a", 2, "dropped");
                // Whoever reads has the writer try again.
                assertThat(logs.findGroup("000000000000", "us-east-1", GROUP)).isEmpty();
                assertThat(logs.flow().failing()).isTrue();
                assertThat(logs.flow().queuedEvents()).isEqualTo(1);
            }
            Files.createDirectory(segments);

            assertThat(messages(logs))
                    .satisfiesExactly(
                            message -> assertThat(message).isEqualTo(full),
                            message -> assertThat(message).startsWith("[boda] 20 log events are missing here"));
        }
    }

    @Test
    void whatTheDiskDoesNotTakeIsRefusedWithThePlaceTheReasonAndTheRemedy() throws IOException {
        try (var archive = LogArchive.open(folder, LogLimits.DEFAULT.storedBytes())) {
            var writer = new LogWriter(archive, new LogBuffer(1_000), InstantSource.system());
            writer.start();
            Files.delete(folder.resolve("segments"));
            var batches = LogBatches.of(stream("a"), List.of(event(1, "lost")));
            assertThatThrownBy(() -> writer.putIf(() -> true, batches))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith("The server cannot write to its data directory (" + folder + "): ")
                    .hasMessageEndingWith(" Check the disk and the permissions of the folder.");
            writer.close();
        }
    }

    @Test
    void anErrorWithinAChangeEndsThatChangeOnly() {
        try (var logs = open()) {
            assertThatThrownBy(() -> logs.<String>change(_ -> {
                        throw new OutOfMemoryError("of a test");
                    }))
                    .isInstanceOf(StoreUnavailableException.class);
            append(logs, "a", 1, "after");

            assertThat(messages(logs)).containsExactly("after");
        }
    }

    @Test
    void anErrorWithinASweepStopsNoWriting() {
        InstantSource broken = () -> {
            throw new OutOfMemoryError("of a test");
        };
        try (var logs = LogStore.open(folder, LogLimits.DEFAULT, broken)) {
            append(logs, "a", 1, "after");

            assertThat(messages(logs)).containsExactly("after");
        }
    }

    @Test
    void whatCannotBePreparedForWritingIsSaidAndTheNextIsWritten() {
        try (var archive = LogArchive.open(folder, LogLimits.DEFAULT.storedBytes())) {
            var writer = new LogWriter(archive, new LogBuffer(1_000), InstantSource.system());
            writer.start();
            var batches = LogBatches.of(stream("a"), List.of(event(1, "kept")));
            BooleanSupplier broken = () -> {
                throw new OutOfMemoryError("of a test");
            };
            assertThatThrownBy(() -> writer.putIf(broken, batches)).isInstanceOf(StoreUnavailableException.class);
            assertThat(writer.putIf(() -> true, batches)).isTrue();
            assertThat(writer.flow().failing()).isFalse();
            writer.close();
        }
    }

    @Test
    void aStreamThatIsGoneWhenItsEventsWouldBeWrittenDoesNotComeBack() {
        try (var logs = open()) {
            append(logs, "a", 1, "old");
            assertThat(messages(logs)).containsExactly("old");
            var batches = LogBatches.of(stream("b"), List.of(event(2, "new")));

            assertThat(logs.putIfThere(stream("b"), batches)).isFalse();
            assertThat(messages(logs)).containsExactly("old");
            assertThat(logs.putIfThere(stream("a"), LogBatches.of(stream("a"), List.of(event(2, "new")))))
                    .isTrue();
            assertThat(messages(logs)).containsExactly("old", "new");
            assertThat(logs.indexFlow().name()).isEqualTo("logs");
        }
    }

    private LogStore open() {
        return LogStore.open(folder, LogLimits.DEFAULT, InstantSource.system());
    }

    private static void append(LogSink logs, String stream, long millis, String message) {
        logs.append(stream(stream), millis, message.getBytes(UTF_8));
    }

    private static void append(LogBuffer buffer, String stream, long millis, String message) {
        buffer.append(stream(stream), millis, message.getBytes(UTF_8));
    }

    private static List<String> messages(List<LogBatch> taken, String stream) {
        return taken.stream()
                .filter(batch -> batch.stream().equals(stream(stream)))
                .flatMap(batch -> LogBatches.messages(batch).stream())
                .toList();
    }

    private static List<String> messages(LogStore logs) {
        LogGroup group = logs.findGroup("000000000000", "us-east-1", GROUP).orElseThrow();
        return logs
                .page(new LogQuery(group, null, _ -> true, START, END, true), _ -> true, EVERYTHING)
                .entries()
                .stream()
                .map(entry -> entry.event().message())
                .toList();
    }

    /// Of one stream, whose times only grow. Pages of several are in the order of time: an event of a slower writer may
    /// come to lie behind the reader.
    private static List<String> messages(LogStore logs, String stream) {
        return logs
                .findGroup("000000000000", "us-east-1", GROUP)
                .flatMap(group -> logs.findStream(group, stream)
                        .map(found -> new LogQuery(group, found, _ -> true, START, END, true)))
                .map(query -> logs.page(query, _ -> true, EVERYTHING).entries())
                .orElse(List.of())
                .stream()
                .map(entry -> entry.event().message())
                .toList();
    }

    private static Map<String, List<String>> byStream(LogStore logs) {
        LogGroup group = logs.findGroup("000000000000", "us-east-1", GROUP).orElseThrow();
        Map<String, List<String>> found = new HashMap<>();
        LogPosition from = START;
        while (true) {
            LogPage page = logs.page(new LogQuery(group, null, _ -> true, from, END, true), _ -> true, EVERYTHING);
            for (LogEntry entry : page.entries()) {
                found.computeIfAbsent(entry.stream(), _ -> new ArrayList<>())
                        .add(entry.event().message());
            }
            @Nullable LogPosition reached = page.reached();
            if (!page.more() || reached == null) {
                return found;
            }
            from = reached.next();
        }
    }

    private long storedBytes() throws IOException {
        Path segments = folder.resolve("segments");
        long bytes = 0;
        try (var files = Files.list(segments)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private static LogStreamName stream(String name) {
        return new LogStreamName("000000000000", "us-east-1", GROUP, name);
    }

    private static LogEvent event(long millis, String message) {
        return new LogEvent(millis, millis, message);
    }
}
