package dev.boda.store;

import dev.boda.store.LogSegments.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads blocks from segment files, which it keeps open, a few of them. One thread's.
final class LogSegmentReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogSegmentReader.class);

    /// Most files open at once.
    private static final int OPEN = 8;

    private final LongFunction<Path> file;
    private final Map<Long, FileChannel> open = new LinkedHashMap<>(16, 0.75f, true);

    LogSegmentReader(LongFunction<Path> file) {
        this.file = file;
    }

    /// The bytes of the block at a place; null if its segment has been removed, or it is damaged, which is said.
    byte @Nullable [] bytes(Place place) throws IOException {
        FileChannel channel = channel(place.segment());
        if (channel == null) {
            return null;
        }
        var bytes = ByteBuffer.allocate(place.length());
        return readFully(channel, bytes, place.offset()) ? bytes.array() : null;
    }

    /// The block at a place; null as above.
    @Nullable
    LogBlock read(Place place) throws IOException {
        byte @Nullable [] bytes = bytes(place);
        LogBlock block = bytes == null ? null : LogBlock.decode(bytes);
        if (block == null && open.containsKey(place.segment())) {
            LOG.error("A block of log events is damaged and left out: {}", place);
        }
        return block;
    }

    private @Nullable FileChannel channel(long segment) throws IOException {
        FileChannel known = open.get(segment);
        if (known != null) {
            return known;
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file.apply(segment), StandardOpenOption.READ);
        } catch (NoSuchFileException removed) {
            return null;
        }
        open.put(segment, channel);
        if (open.size() > OPEN) {
            Iterator<FileChannel> eldest = open.values().iterator();
            eldest.next().close();
            eldest.remove();
        }
        return channel;
    }

    /// The bytes of the whole block that begins at `offset`; null if none does.
    static byte @Nullable [] blockAt(FileChannel channel, long offset) throws IOException {
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

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open.values()) {
            channel.close();
        }
        open.clear();
    }
}
