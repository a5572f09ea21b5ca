package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    /// Notes what is given back, and whether its giver held the body's monitor.
    private static final class Returned implements RequestBody.Source {
        private final AtomicReference<Object> body = new AtomicReference<>();
        private final List<ByteBuf> buffers = new ArrayList<>();
        private boolean locked;

        @Override
        public void wanted() {}

        @Override
        public void roomMade() {}

        @Override
        public void spent(List<ByteBuf> some) {
            locked |= Thread.holdsLock(body.get());
            buffers.addAll(some);
        }
    }

    private final Returned returned = new Returned();
    private final RequestBody body =
            new RequestBody(HttpLimits.STANDARD, new BodyMemory(1_000, BodyMemory.PATIENCE), returned);

    private ByteBuf come() {
        returned.body.set(body);
        var bytes = Unpooled.wrappedBuffer(new byte[10]);
        body.append(bytes);
        return bytes;
    }

    private void isGivenBackOnceWithoutTheMonitor(ByteBuf... bytes) {
        assertThat(returned.buffers).containsExactly(bytes);
        assertThat(returned.locked).isFalse();
    }

    @Test
    void whatIsReadIsGivenBack() throws IOException {
        var one = come();
        var two = come();
        assertThat(body.readNBytes(15)).hasSize(15);
        isGivenBackOnceWithoutTheMonitor(one);
        assertThat(body.readNBytes(5)).hasSize(5);
        body.discard();
        isGivenBackOnceWithoutTheMonitor(one, two);
    }

    @Test
    void whatNobodyReadsIsGivenBack() {
        var dropped = come();
        body.discard();
        body.clientGone();
        body.readerDone();
        isGivenBackOnceWithoutTheMonitor(dropped);
    }

    @Test
    void whatCameOfABodyThatFailedIsGivenBack() {
        var part = come();
        body.clientGone();
        body.tooSlow();
        body.readerDone();
        isGivenBackOnceWithoutTheMonitor(part);
    }

    @Test
    void aWholeBodyWhoseClientHasGoneIsGivenBackWhenItsHandlerReturns() {
        var whole = come();
        body.end(HttpHeaders.EMPTY);
        body.clientGone();
        assertThat(returned.buffers).isEmpty();
        body.readerDone();
        isGivenBackOnceWithoutTheMonitor(whole);
    }
}
