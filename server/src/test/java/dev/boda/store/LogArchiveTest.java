package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogArchiveTest {

    private static final String GROUP = "/aws/lambda/hello";
    private static final LogPosition START = LogPosition.before(0);
    private static final LogPosition END = LogPosition.before(Long.MAX_VALUE);

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenIsThereAfterARestart() throws IOException {
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"), event(2, "zwölf\n"))));
        }
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(3, "three"))));

            assertThat(messages(archive, START, END, true)).containsExactly("one", "zwölf\n", "three");
            assertThat(messages(archive, START, END, false)).containsExactly("three", "zwölf\n", "one");
        }
    }

    @Test
    void whatIsNotInTheIndexIsFoundInTheSegmentsAndATornEndIsCutOff() throws IOException {
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"))));
            archive.write(LogBatches.of(stream("b"), List.of(event(2, "two"))));
        }
        long whole = Files.size(segment());
        byte[] block = LogBatches.of(stream("a"), List.of(event(3, "torn")))
                .getFirst()
                .encoded(3)
                .array();
        Files.write(segment(), Arrays.copyOf(block, 60), StandardOpenOption.APPEND);
        Files.delete(folder.resolve("logs.db"));

        try (var archive = open()) {
            assertThat(Files.size(segment())).isEqualTo(whole);
            assertThat(messages(archive, START, END, true)).containsExactly("one", "two");
            archive.write(LogBatches.of(stream("a"), List.of(event(4, "four"))));
            assertThat(messages(archive, START, END, true)).containsExactly("one", "two", "four");
        }
    }

    @Test
    void theIndexForgetsWhatTheSegmentsLost() throws IOException {
        long first;
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"))));
            first = Files.size(segment());
            archive.write(LogBatches.of(stream("a"), List.of(event(2, "two"))));
        }
        try (var file = new RandomAccessFile(segment().toFile(), "rw")) {
            file.setLength(first);
        }

        try (var archive = open()) {
            assertThat(messages(archive, START, END, true)).containsExactly("one");
            archive.write(LogBatches.of(stream("a"), List.of(event(3, "three"))));
            assertThat(messages(archive, START, END, true)).containsExactly("one", "three");
        }
    }

    @Test
    void theIndexForgetsAllThatTheSegmentsLostHoweverMuchThatIs() throws IOException {
        long first;
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"))));
            first = Files.size(segment());
            var lost = new ArrayList<LogBatch>();
            for (int i = 0; i < 2 * LogRemoval.PIECE + 1; i++) {
                lost.addAll(LogBatches.of(stream("a"), List.of(event(2, "lost"))));
            }
            archive.write(lost);
        }
        try (var file = new RandomAccessFile(segment().toFile(), "rw")) {
            file.setLength(first);
        }

        try (var archive = open()) {
            for (int i = 0; i < 2 * LogRemoval.PIECE + 1; i++) {
                archive.write(LogBatches.of(stream("a"), List.of(event(3, "next"))));
            }
            assertThat(messages(archive, START, END, true))
                    .hasSize(2 * LogRemoval.PIECE + 2)
                    .doesNotContain("lost");
        }
    }

    @Test
    void aDamagedBlockIsLeftOutAndTheOthersStay() throws IOException {
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"))));
            long second = Files.size(segment());
            archive.write(LogBatches.of(stream("a"), List.of(event(2, "two"))));
            archive.write(LogBatches.of(stream("a"), List.of(event(3, "three"))));
            try (var file = new RandomAccessFile(segment().toFile(), "rw")) {
                file.seek(second + LogBlock.PREFIX_BYTES + 5);
                file.write(0x55);
            }

            assertThat(messages(archive, START, END, true)).containsExactly("one", "three");
        }
    }

    @Test
    void aWriteThatFailsLeavesNothing() throws IOException {
        try (var archive = open()) {
            archive.write(LogBatches.of(stream("a"), List.of(event(1, "one"))));
            long size = Files.size(segment());
            try (var index = Database.open(folder.resolve("logs.db"), LogSchema.MIGRATIONS)) {
                index.write(sql -> sql.update("ALTER TABLE log_segment RENAME TO away"));

                assertThatThrownBy(() -> archive.write(LogBatches.of(stream("a"), List.of(event(2, "two")))))
                        .isInstanceOf(IllegalStateException.class);

                index.write(sql -> sql.update("ALTER TABLE away RENAME TO log_segment"));
            }
            assertThat(Files.size(segment())).isEqualTo(size);
            assertThat(messages(archive, START, END, true)).containsExactly("one");
        }
    }

    @Test
    void streamsAreMergedByTimeAndReadWithinARangeInBothDirections() throws IOException {
        var random = new Random(7);
        var expected = new ArrayList<LogEvent>();
        try (var archive = open()) {
            long time = 1_000;
            for (int flush = 0; flush < 40; flush++) {
                Map<LogStreamName, List<LogEvent>> events = new LinkedHashMap<>();
                for (String name : List.of("a", "b", "c")) {
                    for (int i = 0; i < 5; i++) {
                        time += random.nextInt(120);
                        LogEvent event = event(time - random.nextInt(2_500), name + flush + "-" + i);
                        events.computeIfAbsent(stream(name), _ -> new ArrayList<>())
                                .add(event);
                        expected.add(event);
                    }
                }
                archive.write(LogBatches.of(events));
            }
            List<Long> times =
                    expected.stream().map(LogEvent::timestampMillis).sorted().toList();
            LogPosition from = LogPosition.before(times.get(100));
            LogPosition to = LogPosition.before(times.get(500));
            List<LogEntry> forward = entries(archive, from, to, true);

            assertThat(forward).extracting(LogEntry::position).isSorted().doesNotHaveDuplicates();
            assertThat(forward)
                    .extracting(entry -> entry.event().message())
                    .containsExactlyInAnyOrderElementsOf(expected.stream()
                            .filter(event -> event.timestampMillis() >= from.timestampMillis()
                                    && event.timestampMillis() < to.timestampMillis())
                            .map(LogEvent::message)
                            .toList());
            assertThat(entries(archive, from, to, false)).containsExactlyElementsOf(forward.reversed());
        }
    }

    @Test
    void eventsOfOneTimeKeepTheOrderOfTheirArrival() throws IOException {
        try (var archive = open()) {
            var events = new ArrayList<LogEvent>();
            for (int i = 0; i < 100; i++) {
                events.add(event(5, "line " + i));
            }
            archive.write(LogBatches.of(stream("a"), events.subList(0, 60)));
            archive.write(LogBatches.of(stream("a"), events.subList(60, 100)));

            assertThat(messages(archive, START, END, true))
                    .containsExactlyElementsOf(
                            events.stream().map(LogEvent::message).toList());
        }
    }

    @Test
    void streamsAndGroupsAreListedByAccountAndRegion() throws IOException {
        try (var archive = open()) {
            archive.write(LogBatches.of(Map.of(
                    stream("a"),
                    List.of(event(30, "x"), event(10, "y")),
                    stream("b"),
                    List.of(event(20, "z")),
                    new LogStreamName("111111111111", "us-east-1", GROUP, "other"),
                    List.of(event(1, "x")),
                    new LogStreamName("000000000000", "eu-west-1", "/aws/lambda/there", "s"),
                    List.of(event(1, "x")))));
            LogGroup group = group(archive);

            assertThat(archive.groups(new LogGroupQuery("000000000000", "us-east-1", "", "", "", 10)))
                    .containsExactly(group);
            assertThat(archive.groups(new LogGroupQuery("000000000000", "us-east-1", "/aws/", "lambda/h", "", 10)))
                    .containsExactly(group);
            assertThat(archive.groups(new LogGroupQuery("000000000000", "us-east-1", "/aws/lambda_", "", "", 10)))
                    .isEmpty();
            assertThat(archive.streams(new LogStreamQuery(group, "", false, false, null, 10)))
                    .extracting(LogStream::name)
                    .containsExactly("a", "b");
            assertThat(archive.streams(new LogStreamQuery(group, "", true, false, null, 10)))
                    .extracting(LogStream::name)
                    .containsExactly("b", "a");
            LogStream first = archive.findStream(group, "a").orElseThrow();
            assertThat(first.firstEventMillis()).isEqualTo(10);
            assertThat(first.lastEventMillis()).isEqualTo(30);
        }
    }

    private LogArchive open() {
        return LogArchive.open(folder, 1L << 30);
    }

    private static LogGroup group(LogArchive archive) {
        return archive.findGroup("000000000000", "us-east-1", GROUP).orElseThrow();
    }

    private static List<String> messages(LogArchive archive, LogPosition from, LogPosition to, boolean forward)
            throws IOException {
        return entries(archive, from, to, forward).stream()
                .map(entry -> entry.event().message())
                .toList();
    }

    private static List<LogEntry> entries(LogArchive archive, LogPosition from, LogPosition to, boolean forward)
            throws IOException {
        LogReader reader = archive.read(new LogQuery(group(archive), null, _ -> true, from, to, forward));
        var entries = new ArrayList<LogEntry>();
        for (@Nullable LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
            entries.add(entry);
        }
        return entries;
    }

    private Path segment() throws IOException {
        try (var files = Files.list(folder.resolve("segments"))) {
            return files.max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    private static LogStreamName stream(String name) {
        return new LogStreamName("000000000000", "us-east-1", GROUP, name);
    }

    private static LogEvent event(long millis, String message) {
        return new LogEvent(millis, millis, message);
    }
}
