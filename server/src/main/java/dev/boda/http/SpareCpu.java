package dev.boda.http;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Whether the machine has a processor to spare: of all its threads no more want to run than it has processors. The
/// kernel is asked once a millisecond at most, which takes some microseconds. Of one thread.
///
/// Source: `/proc/loadavg` in proc(5).
final class SpareCpu implements BooleanSupplier {

    private static final long REMEMBERED_NANOS = 1_000_000;
    private static final int LONGEST_LINE = 128;

    private final LongSupplier nanos;
    private final int processors;
    private final @Nullable RandomAccessFile load;
    private final byte[] line = new byte[LONGEST_LINE];
    private boolean spare;
    private boolean asked;
    private long askedAt;

    private SpareCpu(LongSupplier nanos, int processors, @Nullable RandomAccessFile load) {
        this.nanos = nanos;
        this.processors = processors;
        this.load = load;
    }

    /// Of this machine. There is never one to spare where the kernel does not tell.
    static SpareCpu ofMachine() {
        return of("/proc/loadavg", Runtime.getRuntime().availableProcessors(), System::nanoTime);
    }

    static SpareCpu of(String file, int processors, LongSupplier nanos) {
        try {
            return new SpareCpu(nanos, processors, new RandomAccessFile(file, "r"));
        } catch (IOException untold) {
            return new SpareCpu(nanos, processors, null);
        }
    }

    @Override
    public boolean getAsBoolean() {
        long now = nanos.getAsLong();
        if (load != null && (!asked || now - askedAt >= REMEMBERED_NANOS)) {
            asked = true;
            askedAt = now;
            spare = ask(load);
        }
        return spare;
    }

    private boolean ask(RandomAccessFile file) {
        try {
            file.seek(0);
            int length = Math.max(0, file.read(line));
            return running(new String(line, 0, length, StandardCharsets.ISO_8859_1)) <= processors;
        } catch (IOException untold) {
            return false;
        }
    }

    /// How many threads want to run, by a line such as `0.20 0.18 0.12 1/80 11206`.
    private static int running(String line) {
        try {
            int slash = line.indexOf('/');
            return Integer.parseInt(line.substring(line.lastIndexOf(' ', slash) + 1, slash));
        } catch (NumberFormatException | IndexOutOfBoundsException unknown) {
            return Integer.MAX_VALUE;
        }
    }
}
