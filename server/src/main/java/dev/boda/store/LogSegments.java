package dev.boda.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The segment files of a folder: numbered, append-only, one of them growing. Appending is one thread's; reading
/// may happen on any platform thread beside it.
final class LogSegments implements AutoCloseable {

    /// A segment ends with the block with which it gets this long.
    static final long FULL_BYTES = 64L << 20;

    private static final Pattern NAME = Pattern.compile("(\\d{12})\\.log");

    private final Path folder;
    private long number;
    private @Nullable FileChannel growing;

    private LogSegments(Path folder, long number) {
        this.folder = folder;
        this.number = number;
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

    static LogSegments open(Path folder) throws IOException {
        Files.createDirectories(folder);
        NavigableSet<Long> numbers = numbers(folder);
        return new LogSegments(folder, numbers.isEmpty() ? 1 : numbers.last());
    }

    NavigableSet<Long> numbers() throws IOException {
        return numbers(folder);
    }

    private static NavigableSet<Long> numbers(Path folder) throws IOException {
        var numbers = new TreeSet<Long>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                var matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    numbers.add(Long.parseLong(matcher.group(1)));
                }
            }
        }
        return numbers;
    }

    long length(long segment) throws IOException {
        Path file = file(segment);
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /// Shows the whole blocks of a segment from `offset` on, and cuts off what follows the last of them: the end of a
    /// write that a crash cut short.
    void recover(long segment, long offset, Visitor visitor) throws IOException {
        try (var channel = FileChannel.open(file(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = offset;
            while (true) {
                byte @Nullable [] bytes = blockAt(channel, at);
                LogBlock block = bytes == null ? null : LogBlock.decode(bytes);
                if (bytes == null || block == null) {
                    break;
                }
                visitor.block(new Place(segment, at, bytes.length), block);
                at += bytes.length;
            }
            channel.truncate(at);
        }
    }

    private static byte @Nullable [] blockAt(FileChannel channel, long offset) throws IOException {
        var prefix = ByteBuffer.allocate(LogBlock.PREFIX_BYTES);
        if (!readFully(channel, prefix, offset)) {
            return null;
        }
        int length = LogBlock.length(prefix);
        if (length < 0 || channel.size() - offset < length) {
            return null;
        }
        var block = ByteBuffer.allocate(length);
        return readFully(channel, block, offset) ? block.array() : null;
    }

    private static boolean readFully(FileChannel channel, ByteBuffer into, long offset) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, offset + into.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Adds a block at the end of the growing segment; begins a new one when that is full.
    Place append(byte[] block) throws IOException {
        FileChannel channel = growing();
        long offset = channel.size();
        if (offset >= FULL_BYTES) {
            close();
            number++;
            channel = growing();
            offset = channel.size();
        }
        var bytes = ByteBuffer.wrap(block);
        while (bytes.hasRemaining()) {
            channel.write(bytes, offset + bytes.position());
        }
        return new Place(number, offset, block.length);
    }

    private FileChannel growing() throws IOException {
        FileChannel channel = growing;
        if (channel == null) {
            channel = FileChannel.open(file(number), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            growing = channel;
        }
        return channel;
    }

    /// The end of what has been appended.
    Place end() throws IOException {
        return new Place(number, length(number), 0);
    }

    /// Takes back what was appended after `end`.
    void cutBack(Place end) throws IOException {
        close();
        while (number > end.segment()) {
            Files.deleteIfExists(file(number));
            number--;
        }
        if (Files.exists(file(number))) {
            try (var channel = FileChannel.open(file(number), StandardOpenOption.WRITE)) {
                channel.truncate(end.offset());
            }
        }
    }

    /// The block at a place, or null if it is damaged or gone.
    @Nullable
    LogBlock read(Place place) throws IOException {
        if (!Files.exists(file(place.segment()))) {
            return null;
        }
        try (var channel = FileChannel.open(file(place.segment()), StandardOpenOption.READ)) {
            var bytes = ByteBuffer.allocate(place.length());
            return readFully(channel, bytes, place.offset()) ? LogBlock.decode(bytes.array()) : null;
        }
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
