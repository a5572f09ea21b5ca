package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSweepTest {

    private static final long DAY = 24 * 60 * 60 * 1_000L;
    private static final long LATER = 60_000;
    private static final String ACCOUNT = "000000000000";
    private static final String REGION = "us-east-1";

    @TempDir
    private Path folder;

    @Test
    void beyondTheLimitTheOldestEventsGoAndTheirStreamsWithThem() throws IOException {
        long limit = 4L << 20;
        try (var archive = LogArchive.open(folder, limit)) {
            for (int i = 0; i < 100; i++) {
                write(archive, "g", "s-" + i, i, i + "x".repeat(100_000));
                sweep(archive, 0);
            }
            List<String> kept = messages(archive, "g");

            assertThat(archive.bytes()).isLessThanOrEqualTo(limit + 300_000);
            assertThat(fileBytes()).isBetween(limit / 2, limit);
            assertThat(kept).hasSizeBetween(20, 42);
            assertThat(kept.getFirst()).startsWith((100 - kept.size()) + "x");
            assertThat(kept.getLast()).startsWith("99x");
            assertThat(streams(archive, "g")).hasSize(kept.size());
            assertThat(group(archive, "g").storedBytes()).isEqualTo(counted(kept));
        }
        try (var archive = LogArchive.open(folder, limit)) {
            assertThat(messages(archive, "g").getLast()).startsWith("99x");
        }
    }

    @Test
    void aStreamThatLostAllItsEventsToTheLimitGoesOnWithItsNextOne() throws IOException {
        try (var archive = LogArchive.open(folder, 4L << 20)) {
            write(archive, "g", "quiet", 1, "old");
            for (int i = 0; i < 60; i++) {
                write(archive, "g", "busy", i, "x".repeat(100_000));
                sweep(archive, 0);
            }
            assertThat(streams(archive, "g")).containsExactly("busy");

            write(archive, "g", "quiet", 100, "new");
            assertThat(streams(archive, "g")).containsExactly("busy", "quiet");
            assertThat(messages(archive, "g")).last().isEqualTo("new");
        }
    }

    @Test
    void whatHasExpiredIsRemovedAndItsSpaceGivenBack() throws IOException {
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            for (int i = 0; i < 60; i++) {
                write(archive, i % 10 == 0 ? "kept" : "expiring", "s", i, i + "x".repeat(100_000));
            }
            long before = fileBytes();
            archive.catalog().retain(group(archive, "expiring"), 1);
            sweep(archive, DAY + 50);

            assertThat(messages(archive, "expiring"))
                    .hasSize(9)
                    .first()
                    .asString()
                    .startsWith("51x");
            assertThat(group(archive, "expiring").storedBytes()).isEqualTo(counted(messages(archive, "expiring")));
            sweep(archive, DAY + LATER);
            assertThat(messages(archive, "expiring")).isEmpty();
            assertThat(group(archive, "expiring").storedBytes()).isZero();
            assertThat(messages(archive, "kept")).hasSize(6);
            assertThat(streams(archive, "expiring")).containsExactly("s");
            sweep(archive, DAY + 2 * LATER);
            assertThat(fileBytes()).isLessThan(before / 4);
            assertThat(messages(archive, "kept")).hasSize(6).last().asString().startsWith("50x");
        }
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            assertThat(messages(archive, "kept")).hasSize(6);
            write(archive, "kept", "s", 100, "next");
            assertThat(messages(archive, "kept")).hasSize(7).endsWith("next");
        }
    }

    @Test
    void aDeletedGroupIsGoneAtOnceAndANewOneOfItsNameIsEmpty() throws IOException {
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            for (int i = 0; i < 2_500; i++) {
                write(archive, "g", "s-" + i % 3, i, "old");
            }
            LogGroup old = group(archive, "g");
            archive.catalog().tag(old, Map.of("k", "v"), 50);

            assertThat(archive.catalog().deleteGroup(old)).isTrue();
            assertThat(archive.catalog().deleteGroup(old)).isFalse();
            assertThat(archive.findGroup(ACCOUNT, REGION, "g")).isEmpty();
            write(archive, "g", "s-0", 5_000, "new");
            assertThat(messages(archive, "g")).containsExactly("new");
            assertThat(streams(archive, "g")).containsExactly("s-0");
            assertThat(archive.catalog().tags(group(archive, "g"))).isEmpty();
            sweep(archive, LATER);
            assertThat(messages(archive, "g")).containsExactly("new");
        }
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            assertThat(messages(archive, "g")).containsExactly("new");
        }
    }

    @Test
    void aDeletedStreamIsGoneAtOnceAndTheOthersStay() throws IOException {
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            write(archive, "g", "a", 1, "one");
            write(archive, "g", "b", 2, "two");
            LogStream a = archive.findStream(group(archive, "g"), "a").orElseThrow();

            assertThat(archive.catalog().deleteStream(a)).isTrue();
            assertThat(messages(archive, "g")).containsExactly("two");
            write(archive, "g", "a", 3, "three");
            sweep(archive, LATER);
            assertThat(messages(archive, "g")).containsExactly("two", "three");
            assertThat(group(archive, "g").storedBytes()).isEqualTo(counted(List.of("two", "three")));
        }
    }

    @Test
    void aSegmentRemovedBeforeACrashStaysRemoved() throws IOException {
        try (var archive = LogArchive.open(folder, 4L << 20)) {
            write(archive, "g", "a", 1, "one" + "x".repeat(300_000));
            write(archive, "g", "a", 2, "two");
        }
        try (var index = Database.open(folder.resolve("logs.db"), LogSchema.MIGRATIONS)) {
            index.write(sql -> sql.update("UPDATE log_segment SET removed = 1 WHERE segment = 1"));
        }
        try (var archive = LogArchive.open(folder, 4L << 20)) {
            assertThat(folder.resolve("segments").resolve("000000000001.log")).doesNotExist();
            sweep(archive, LATER);

            assertThat(messages(archive, "g")).containsExactly("two");
        }
    }

    @Test
    void blocksThatWereCopiedBeforeACrashAreNotFoundTwice() throws IOException {
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            write(archive, "g", "a", 1, "one");
        }
        Path segment = folder.resolve("segments").resolve("000000000001.log");
        byte[] block = Files.readAllBytes(segment);
        Files.write(segment, block, java.nio.file.StandardOpenOption.APPEND);

        try (var archive = LogArchive.open(folder, 64L << 20)) {
            assertThat(messages(archive, "g")).containsExactly("one");
        }
    }

    @Test
    void blocksWhoseSegmentWasLostAreForgotten() throws IOException {
        try (var archive = LogArchive.open(folder, 64L << 20)) {
            write(archive, "lost", "s", 1, "lost");
            for (int i = 0; i < 60; i++) {
                write(archive, "deleted", "s", i, "x".repeat(100_000));
            }
            write(archive, "lost", "s", 2, "kept");
            archive.catalog().deleteGroup(group(archive, "deleted"));
            Files.delete(folder.resolve("segments").resolve("000000000001.log"));
            int steps = 0;
            while (steps < 1_000 && archive.sweep(LATER)) {
                steps++;
            }

            assertThat(steps).isLessThan(1_000);
            assertThat(messages(archive, "lost")).containsExactly("kept");
            assertThat(group(archive, "lost").storedBytes()).isEqualTo(counted(List.of("kept")));
        }
    }

    private static void write(LogArchive archive, String group, String stream, long millis, String message)
            throws IOException {
        var name = new LogStreamName(ACCOUNT, REGION, group, stream);
        archive.write(LogBatches.of(name, List.of(new LogEvent(millis, millis, message))));
    }

    private static void sweep(LogArchive archive, long nowMillis) throws IOException {
        while (archive.sweep(nowMillis)) {}
    }

    private static LogGroup group(LogArchive archive, String name) {
        return archive.findGroup(ACCOUNT, REGION, name).orElseThrow();
    }

    private static List<String> streams(LogArchive archive, String group) {
        return archive.streams(new LogStreamQuery(group(archive, group), "", false, false, null, 1_000)).stream()
                .map(LogStream::name)
                .toList();
    }

    private static List<String> messages(LogArchive archive, String group) throws IOException {
        return read(archive, group(archive, group));
    }

    private static List<String> read(LogArchive archive, LogGroup group) throws IOException {
        LogPosition end = LogPosition.before(Long.MAX_VALUE);
        try (LogReader reader = archive.read(new LogQuery(group, null, _ -> true, LogPosition.before(0), end, true))) {
            var messages = new ArrayList<String>();
            for (@Nullable LogEntry entry = reader.next(); entry != null; entry = reader.next()) {
                messages.add(entry.event().message());
            }
            return messages;
        }
    }

    private static long counted(List<String> messages) {
        return messages.stream().mapToLong(message -> message.length() + 26L).sum();
    }

    private long fileBytes() throws IOException {
        long bytes = 0;
        try (var files = Files.list(folder.resolve("segments"))) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
