package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {

    private static final int KILOBYTE = 1024;
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(50);

    private static final class Untold implements RequestBody.Source {
        @Override
        public void wanted() {}

        @Override
        public void roomMade() {}

        @Override
        public void spent(List<ByteBuf> buffers) {
            buffers.forEach(ByteBuf::release);
        }
    }

    private static RequestBody body(BodyMemory memory) {
        return new RequestBody(HttpLimits.STANDARD, memory, new Untold());
    }

    private static RequestBody whole(BodyMemory memory, int bytes) {
        var body = body(memory);
        body.append(Unpooled.wrappedBuffer(new byte[bytes]));
        body.end(HttpHeaders.EMPTY);
        return body;
    }

    private static FutureTask<byte[]> later(Callable<byte[]> reading) {
        var task = new FutureTask<>(reading);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static BodyMemory memory(Duration wait, Duration grace) {
        return new BodyMemory(300 * KILOBYTE, new BodyMemory.Patience(wait, grace));
    }

    @Test
    void aBodyWaitsForRoomUntilAnotherOnesHandlerHasReturned() throws Exception {
        var memory = memory(LONG, LONG);
        var first = whole(memory, 200 * KILOBYTE);
        assertThat(first.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE)).hasSize(200 * KILOBYTE);
        var second = whole(memory, 200 * KILOBYTE);
        var reading = later(() -> second.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE));
        var small = whole(memory, 64 * KILOBYTE);
        assertThat(small.readAll(KILOBYTE * KILOBYTE, 64 * KILOBYTE))
                .as("a small one waits for nobody")
                .hasSize(64 * KILOBYTE);
        assertThat(reading.isDone()).isFalse();
        first.readerDone();
        assertThat(reading.get()).hasSize(200 * KILOBYTE);
    }

    @Test
    void aBodyOfUnknownLengthTakesTheRoomOfTheLongestThatIsRead() throws Exception {
        var memory = memory(SHORT, LONG);
        var chunked = body(memory);
        chunked.append(Unpooled.wrappedBuffer(new byte[100 * KILOBYTE]));
        var reading = later(() -> chunked.readAll(250 * KILOBYTE, -1));
        Await.until("it is read as far as it has come", () -> chunked.available() == 0);
        var second = whole(memory, 100 * KILOBYTE);
        assertThatThrownBy(() -> second.readAll(KILOBYTE * KILOBYTE, 100 * KILOBYTE))
                .isInstanceOf(NoRoomException.class);
        chunked.end(HttpHeaders.EMPTY);
        assertThat(reading.get()).hasSize(100 * KILOBYTE);
        chunked.readerDone();
        assertThat(second.readAll(KILOBYTE * KILOBYTE, 100 * KILOBYTE)).hasSize(100 * KILOBYTE);
    }

    @Test
    void whoHasRoomAndDoesNotFillItLosesItToWhoNeedsIt() throws Exception {
        var memory = memory(LONG, SHORT);
        var dawdler = body(memory);
        dawdler.append(Unpooled.wrappedBuffer(new byte[10]));
        var dawdling = later(() -> {
            try {
                return dawdler.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE);
            } finally {
                dawdler.readerDone();
            }
        });
        Await.until("it has its room", () -> dawdler.available() == 0);
        var second = whole(memory, 200 * KILOBYTE);
        assertThat(second.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE)).hasSize(200 * KILOBYTE);
        assertThatThrownBy(dawdling::get).hasCauseInstanceOf(SlowClientException.class);
    }

    @Test
    void moreThanSoManyDoNotEvenWait() throws Exception {
        var memory = memory(LONG, LONG);
        var first = whole(memory, 200 * KILOBYTE);
        assertThat(first.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE)).isNotEmpty();
        var tasks = new ArrayList<FutureTask<byte[]>>();
        for (int i = 0; i < 300; i++) {
            var body = whole(memory, 200 * KILOBYTE);
            tasks.add(later(() -> {
                try {
                    return body.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE);
                } finally {
                    body.readerDone();
                }
            }));
        }
        Await.until(
                "the surplus is refused",
                () -> tasks.stream().filter(FutureTask::isDone).count() == 300 - 256);
        first.readerDone();
        int read = 0;
        for (var task : tasks) {
            try {
                read += task.get().length > 0 ? 1 : 0;
            } catch (java.util.concurrent.ExecutionException refused) {
                assertThat(refused).hasCauseInstanceOf(NoRoomException.class);
            }
        }
        assertThat(read).isEqualTo(256);
    }

    @Test
    void whoWaitsAndIsGoneWaitsNoLonger() throws Exception {
        var memory = memory(LONG, LONG);
        assertThat(whole(memory, 200 * KILOBYTE).readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE))
                .isNotEmpty();
        var second = body(memory);
        var reading = later(() -> second.readAll(KILOBYTE * KILOBYTE, 200 * KILOBYTE));
        second.clientGone();
        assertThatThrownBy(reading::get).hasCauseInstanceOf(IOException.class);
    }
}
