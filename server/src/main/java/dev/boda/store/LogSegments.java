package dev.boda.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The segment files of a folder: numbered, append-only, the last of them growing. Appending and removing is one
/// thread's; [LogSegmentReader] reads beside it.
final class LogSegments implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("(\\d{12})\\.log");

    private final Path folder;
    private final long fullBytes;
    /// How long each is. What a failed write left behind the growing one's length is written over.
    private final NavigableMap<Long, Long> lengths = new TreeMap<>();
    private @Nullable FileChannel growing;

    private LogSegments(Path folder, long fullBytes) {
        this.folder = folder;
        this.fullBytes = fullBytes;
    }

    /// Where a block stands.
    record Place(long segment, long offset, int length) {

        long end() {
            return offset + length;
        }
    }

    /// What is found in a segment while it is read from an offset on.
    interface Visitor {
        void block(Place place, LogBlock block);
    }

    /// @param fullBytes a segment ends with the block with which it gets this long
    static LogSegments open(Path folder, long fullBytes) throws IOException {
        Files.createDirectories(folder);
        var segments = new LogSegments(folder, fullBytes);
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                var matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    segments.lengths.put(Long.parseLong(matcher.group(1)), Files.size(file));
                }
            }
        }
        return segments;
    }

    NavigableSet<Long> numbers() {
        return new TreeSet<>(lengths.keySet());
    }

    long length(long segment) {
        return lengths.getOrDefault(segment, 0L);
    }

    /// Of all of them together.
    long bytes() {
        return lengths.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The one that grows; none is older than it that would not be full. 0 before the first.
    long growing() {
        return lengths.isEmpty() ? 0 : lengths.lastKey();
    }

    /// Shows the whole blocks of a segment from `offset` on, and cuts off what follows the last of them: the end of a
    /// write that a crash cut short.
    void recover(long segment, long offset, Visitor visitor) throws IOException {
        try (var channel = FileChannel.open(file(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = offset;
            while (true) {
                byte @Nullable [] bytes = LogSegmentReader.blockAt(channel, at);
                LogBlock block = bytes == null ? null : LogBlock.decode(bytes);
                if (bytes == null || block == null) {
                    break;
                }
                visitor.block(new Place(segment, at, bytes.length), block);
                at += bytes.length;
            }
            channel.truncate(at);
            lengths.put(segment, at);
        }
    }

    /// Adds a block at the end of the growing segment; begins a new one when that is full.
    Place append(ByteBuffer block) throws IOException {
        long number = growing();
        if (number == 0 || length(number) >= fullBytes) {
            number = begin();
        }
        FileChannel channel = growing == null ? openGrowing(number) : growing;
        long offset = length(number);
        int length = block.remaining();
        long at = offset;
        while (block.hasRemaining()) {
            at += channel.write(block, at);
        }
        lengths.put(number, at);
        return new Place(number, offset, length);
    }

    /// Begins a new segment; the one that grew is complete.
    long begin() throws IOException {
        close();
        long number = growing() + 1;
        openGrowing(number);
        lengths.put(number, 0L);
        return number;
    }

    private FileChannel openGrowing(long number) throws IOException {
        growing = FileChannel.open(file(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return growing;
    }

    /// The end of what has been appended.
    Place end() {
        return new Place(growing(), length(growing()), 0);
    }

    /// Takes back what was appended after `end`. Where even that fails, later blocks are written over it.
    void cutBack(Place end) throws IOException {
        lengths.tailMap(end.segment(), false).clear();
        if (end.segment() > 0) {
            lengths.put(end.segment(), end.offset());
        }
        close();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                var matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches() && Long.parseLong(matcher.group(1)) > end.segment()) {
                    Files.delete(file);
                }
            }
        }
        if (end.segment() > 0 && Files.exists(file(end.segment()))) {
            try (var channel = FileChannel.open(file(end.segment()), StandardOpenOption.WRITE)) {
                channel.truncate(end.offset());
            }
        }
    }

    /// Deletes a segment that does not grow.
    void remove(long segment) throws IOException {
        if (segment == growing()) {
            throw new IllegalStateException("The segment " + segment + " grows and cannot be removed");
        }
        Files.deleteIfExists(file(segment));
        lengths.remove(segment);
    }

    LogSegmentReader reader() {
        return new LogSegmentReader(this::file);
    }

    private Path file(long segment) {
        return folder.resolve(String.format(Locale.ROOT, "%012d.log", segment));
    }

    @Override
    public void close() throws IOException {
        if (growing != null) {
            growing.close();
            growing = null;
        }
    }
}
