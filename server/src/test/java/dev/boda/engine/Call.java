package dev.boda.engine;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One caller of an [Engine], on a thread of its own.
final class Call {

    private final Invocation invocation;
    private final CompletableFuture<InvocationResult> result = new CompletableFuture<>();
    private final Sink sink;
    private final Thread thread;

    Call(Engine engine, Invocation invocation) {
        this(engine, invocation, Integer.MAX_VALUE);
    }

    Call(Engine engine, Invocation invocation, int limitBytes) {
        this.invocation = invocation;
        this.sink = new Sink(limitBytes);
        this.thread = Thread.ofVirtual().name("caller").start(() -> {
            try {
                result.complete(engine.invoker.invoke(invocation, sink));
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
    }

    Invocation invocation() {
        return invocation;
    }

    void hangUp() {
        thread.interrupt();
    }

    boolean over() {
        return result.isDone();
    }

    InvocationResult result() {
        try {
            return result.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("The invocation was refused", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("No result in time", e);
        }
    }

    /// The exception that ended the call.
    Throwable refusal() {
        try {
            throw new AssertionError("Not refused: " + result.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("No result in time", e);
        }
    }

    /// The result or the refusal, once the call is over.
    Object outcome() {
        return result.handle((value, refusal) -> refusal == null ? value : refusal)
                .join();
    }

    String text() {
        return sink.text();
    }

    InvocationResult.FunctionError error() {
        if (result() instanceof InvocationResult.FunctionError error) {
            return error;
        }
        throw new AssertionError("The function did not fail");
    }

    String answer() {
        if (result() instanceof InvocationResult.Success) {
            return sink.text();
        }
        throw new AssertionError("The function failed: " + result());
    }

    String tail() {
        byte @Nullable [] tail = result().logTail();
        return tail == null ? "" : new String(tail, StandardCharsets.UTF_8);
    }

    static final class Sink implements ResponseSink {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int limitBytes;

        Sink(int limitBytes) {
            this.limitBytes = limitBytes;
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void begin(String contentType, boolean streamed) {}

        @Override
        public void write(byte[] data, int offset, int length) throws ResponseTooLargeException {
            if (bytes.size() + length > limitBytes) {
                throw new ResponseTooLargeException(limitBytes);
            }
            bytes.write(data, offset, length);
        }

        @Override
        public void complete() {}
    }
}
