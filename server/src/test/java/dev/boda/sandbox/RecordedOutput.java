package dev.boda.sandbox;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Keeps what a sandbox delivered.
public final class RecordedOutput implements SandboxProvider.Output {

    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final List<String> messages = new ArrayList<>();

    @Override
    public synchronized void raw(ByteBuffer bytes) {
        raw.writeBytes(copy(bytes));
    }

    @Override
    public synchronized void message(ByteBuffer bytes) {
        messages.add(new String(copy(bytes), StandardCharsets.UTF_8));
    }

    public synchronized String raw() {
        return raw.toString(StandardCharsets.UTF_8);
    }

    public List<String> lines() {
        return raw().lines().toList();
    }

    public synchronized List<String> messages() {
        return List.copyOf(messages);
    }

    private static byte[] copy(ByteBuffer bytes) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }
}
