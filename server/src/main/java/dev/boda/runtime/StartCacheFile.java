package dev.boda.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A start cache as it comes out of a sandbox: bytes of somebody who is not trusted, as many as are taken and no more.
/// Those who bring them wait for no disk; one thread writes.
public final class StartCacheFile implements AutoCloseable {

    /// So much waits to be written; whoever brings more is to pause.
    private static final long MOST_WAITING_BYTES = 1L << 20;

    private static final byte[] WHOLE = StartCaching.WHOLE.getBytes(StandardCharsets.UTF_8);

    private final Path file;
    private final FileChannel channel;
    private final Thread writer;
    // Guarded by this, all below.
    private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long takenBytes;
    private boolean over;
    private @Nullable IOException failure;

    private StartCacheFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
        this.writer = Thread.ofPlatform().daemon().name("start-cache").unstarted(this::writeAll);
    }

    static StartCacheFile open(Path file) throws IOException {
        var opened = new StartCacheFile(
                file,
                FileChannel.open(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE));
        opened.writer.start();
        return opened;
    }

    Path folder() {
        return file.resolveSibling("");
    }

    /// Takes bytes. What is beyond the limit is left out, and so the end that makes it whole.
    public synchronized void add(ByteBuffer bytes) {
        if (over || takenBytes + bytes.remaining() > StartCaches.MOST_BYTES + WHOLE.length) {
            over = true;
            notifyAll();
            return;
        }
        var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        takenBytes += copy.remaining();
        waitingBytes += copy.remaining();
        waiting.add(copy);
        notifyAll();
    }

    /// Whether the disk is behind.
    public synchronized boolean isBehind() {
        return waitingBytes > MOST_WAITING_BYTES;
    }

    /// No more comes. Whether the cache is whole; then it is on the disk.
    public boolean finish() throws IOException, InterruptedException {
        synchronized (this) {
            over = true;
            notifyAll();
        }
        writer.join();
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
        long cacheBytes = channel.size() - WHOLE.length;
        if (cacheBytes <= 0) {
            return false;
        }
        var end = ByteBuffer.allocate(WHOLE.length);
        int read = channel.read(end, cacheBytes);
        if (read < WHOLE.length || !Arrays.equals(end.array(), WHOLE)) {
            return false;
        }
        channel.truncate(cacheBytes);
        channel.force(true);
        return true;
    }

    private void writeAll() {
        try {
            for (var next = next(); next != null; next = next()) {
                while (next.hasRemaining()) {
                    int _ = channel.write(next);
                }
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    private synchronized void failed(IOException e) {
        failure = e;
        over = true;
        waiting.clear();
        waitingBytes = 0;
    }

    private synchronized @Nullable ByteBuffer next() {
        boolean interrupted = false;
        while (waiting.isEmpty() && !over) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        var next = waiting.poll();
        waitingBytes -= next == null ? 0 : next.remaining();
        return next;
    }

    /// Removes what was not kept.
    @Override
    public void close() throws IOException {
        synchronized (this) {
            over = true;
            waiting.clear();
            notifyAll();
        }
        channel.close();
        StartCaches.delete(folder());
    }
}
