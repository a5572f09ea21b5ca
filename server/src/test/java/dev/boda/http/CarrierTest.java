package dev.boda.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// When an I/O thread is woken.
class CarrierTest {

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory(new Counting()));
    private final EventLoop loop = loops.next();
    private final HandlerThreads threads = HandlerThreads.of(loops);

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    private void carried(Runnable task) {
        threads.carriedBy(loop).newThread(task).start();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCarriedThreadDoesNotWakeItsCarrier() throws Exception {
        var waits = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var done = new CountDownLatch(3);
        carried(() -> {
            waits.countDown();
            await(go);
            done.countDown();
        });
        await(waits);
        fromASleepThatNobodyEnded(() -> {
            int before = wakeUps.get();
            Carrier.execute(loop, done::countDown);
            go.countDown();
            if (wakeUps.get() == before) {
                done.countDown();
            }
        });
        await(done);
    }

    /// Else the I/O thread counts as woken already.
    private void fromASleepThatNobodyEnded(Runnable task) {
        var _ = loop.schedule(() -> carried(task), 50, TimeUnit.MILLISECONDS);
    }

    @Test
    void othersDo() throws Exception {
        Await.until("it is woken", () -> {
            int before = wakeUps.get();
            Carrier.execute(loop, () -> {});
            return wakeUps.get() > before;
        });
    }

    /// Selectors that count how often they are woken.
    private final class Counting extends SelectorProvider {

        private final SelectorProvider real = SelectorProvider.provider();

        @Override
        public AbstractSelector openSelector() throws IOException {
            return new CountingSelector(real.openSelector());
        }

        @Override
        public DatagramChannel openDatagramChannel() throws IOException {
            return real.openDatagramChannel();
        }

        @Override
        public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
            return real.openDatagramChannel(family);
        }

        @Override
        public Pipe openPipe() throws IOException {
            return real.openPipe();
        }

        @Override
        public ServerSocketChannel openServerSocketChannel() throws IOException {
            return real.openServerSocketChannel();
        }

        @Override
        public SocketChannel openSocketChannel() throws IOException {
            return real.openSocketChannel();
        }

        private final class CountingSelector extends AbstractSelector {

            private final Selector counted;

            private CountingSelector(Selector counted) {
                super(Counting.this);
                this.counted = counted;
            }

            @Override
            public Selector wakeup() {
                wakeUps.incrementAndGet();
                return counted.wakeup();
            }

            @Override
            protected void implCloseSelector() throws IOException {
                counted.close();
            }

            @Override
            protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Set<SelectionKey> keys() {
                return counted.keys();
            }

            @Override
            public Set<SelectionKey> selectedKeys() {
                return counted.selectedKeys();
            }

            @Override
            public int selectNow() throws IOException {
                return counted.selectNow();
            }

            @Override
            public int select(long timeout) throws IOException {
                return counted.select(timeout);
            }

            @Override
            public int select() throws IOException {
                return counted.select();
            }
        }
    }
}
