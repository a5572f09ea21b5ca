package dev.boda.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names inside environments, over real sockets, before name servers of the test's own.
final class NameServerTest {

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] SOMEWHERE = {(byte) 203, 0, 113, 7};
    private static final int NO_SUCH_NAME = 3;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SOON_MILLIS = 300;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() throws Exception {
        for (var each : open.reversed()) {
            each.close();
        }
    }

    private <T extends AutoCloseable> T closed(T each) {
        open.add(each);
        return each;
    }

    private DatagramSocket upstream() throws Exception {
        var socket = closed(new DatagramSocket(LOOPBACK));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private NameServer start(boolean egress, boolean aws, int atOnce, DatagramSocket... upstreams) throws Exception {
        var servers = Arrays.stream(upstreams).map(NameServerTest::address).toList();
        return closed(NameServer.start(new NameServer.Rules(egress, aws, atOnce), _ -> servers, new Random(1)));
    }

    private Asked inside(NameServer names) throws Exception {
        return inside(names, PATIENCE_MILLIS);
    }

    private Asked inside(NameServer names, int timeoutMillis) throws Exception {
        var socket = DatagramChannel.open().bind(LOOPBACK);
        var address = socket.getLocalAddress();
        closed(names.serve(socket, Set.of("boda-1"), told::add));
        return closed(new Asked(address, timeoutMillis));
    }

    private static DatagramPacket asked(DatagramSocket upstream) throws Exception {
        var packet = new DatagramPacket(new byte[4_096], 4_096);
        upstream.receive(packet);
        return packet;
    }

    private static byte[] bytes(DatagramPacket packet) {
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static void answer(DatagramSocket upstream, DatagramPacket asked, byte[] message) throws Exception {
        upstream.send(new DatagramPacket(message, message.length, asked.getSocketAddress()));
    }

    @Test
    void aQuestionGoesToTheMachinesNameServerAndTheAnswerBack() throws Exception {
        var upstream = upstream();
        var client = inside(start(true, false, 8, upstream));

        client.send(Asked.question(4_711, "Example.com", Asked.A));
        var sentOn = asked(upstream);
        answer(upstream, sentOn, Asked.answer(bytes(sentOn), SOMEWHERE));
        var answer = client.receive();

        assertThat(Arrays.copyOfRange(bytes(sentOn), 2, sentOn.getLength()))
                .isEqualTo(Arrays.copyOfRange(Asked.question(0, "Example.com", Asked.A), 2, sentOn.getLength()));
        assertThat(answer.id()).isEqualTo(4_711);
        assertThat(answer.code()).isZero();
        assertThat(answer.address()).isEqualTo(SOMEWHERE);
        assertThat(told).isEmpty();
    }

    @Test
    void aForgedAnswerIsNotPassedOn() throws Exception {
        var upstream = upstream();
        var client = inside(start(true, false, 8, upstream));

        client.send(Asked.question(1, "example.com", Asked.A));
        var sentOn = asked(upstream);
        var forged = Asked.answer(bytes(sentOn), new byte[] {1, 1, 1, 1});
        var otherId = forged.clone();
        otherId[0] ^= 1;
        answer(upstream, sentOn, otherId);
        var otherName = forged.clone();
        otherName[13] = 'E';
        answer(upstream, sentOn, otherName);
        try (var stranger = new DatagramSocket(LOOPBACK)) {
            answer(stranger, sentOn, forged);
        }
        answer(upstream, sentOn, Asked.answer(bytes(sentOn), SOMEWHERE));

        assertThat(client.receive().address()).isEqualTo(SOMEWHERE);
    }

    @Test
    void anAnswerCutShortIsPassedAsItComes() throws Exception {
        var upstream = upstream();
        var client = inside(start(true, false, 8, upstream));

        client.send(Asked.question(1, "long.example.com", Asked.MX));
        var sentOn = asked(upstream);
        var cut = bytes(sentOn);
        cut[2] = (byte) 0x83;
        answer(upstream, sentOn, cut);

        assertThat(client.receive().truncated()).isTrue();
    }

    @Test
    void theNextNameServerIsAskedWhereOneIsSilentOrCannot() throws Exception {
        var gone = new DatagramSocket(LOOPBACK);
        var nobody = address(gone);
        gone.close();
        var silent = upstream();
        var broken = upstream();
        var knows = upstream();
        var servers = List.of(nobody, address(silent), address(broken), address(knows));
        var client =
                inside(closed(NameServer.start(new NameServer.Rules(true, false, 8), _ -> servers, new Random(1))));

        client.send(Asked.question(1, "example.com", Asked.A));
        asked(silent);
        var first = asked(broken);
        var failure = bytes(first);
        failure[2] = (byte) 0x81;
        failure[3] = (byte) 0x82;
        answer(broken, first, failure);
        var second = asked(knows);
        answer(knows, second, Asked.answer(bytes(second), SOMEWHERE));

        assertThat(client.receive().address()).isEqualTo(SOMEWHERE);
    }

    @Test
    void whereNoNameServerAnswersThatIsSaid() throws Exception {
        var silent = upstream();
        var answer = inside(start(true, false, 8, silent)).ask("example.com", Asked.A);

        assertThat(answer.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sqs.us-east-1.amazonaws.com",
                "SQS.us-east-1.AmazonAWS.com",
                "amazonaws.com",
                "lambda.cn-north-1.amazonaws.com.cn",
                "lambda.us-east-1.api.aws",
                "sqs.eusc-de-east-1.amazonaws.eu"
            })
    void namesOfAwsDoNotExistInsideAndAreToldOnce(String name) throws Exception {
        var upstream = upstream();
        var client = inside(start(true, false, 8, upstream));

        assertThat(client.ask(name, Asked.A).code()).isEqualTo(NO_SUCH_NAME);
        assertThat(client.ask(name, Asked.AAAA).code()).isEqualTo(NO_SUCH_NAME);

        assertThat(told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isEqualTo(name.toLowerCase(java.util.Locale.ROOT));
        assertThat(told.poll(SOON_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"amazonaws.com.example.org", "notamazonaws.com", "aws", "api.awsome"})
    void otherNamesAreNotTakenForThose(String name) throws Exception {
        var upstream = upstream();
        var client = inside(start(true, false, 8, upstream));

        client.send(Asked.question(1, name, Asked.A));

        assertThat(bytes(asked(upstream))).hasSizeGreaterThan(12);
        assertThat(told).isEmpty();
    }

    @Test
    void namesOfAwsAreLookedUpWhereThatIsAllowed() throws Exception {
        var upstream = upstream();
        var client = inside(start(true, true, 8, upstream));

        client.send(Asked.question(1, "sqs.us-east-1.amazonaws.com", Asked.A));
        var sentOn = asked(upstream);
        answer(upstream, sentOn, Asked.answer(bytes(sentOn), SOMEWHERE));

        assertThat(client.receive().address()).isEqualTo(SOMEWHERE);
        assertThat(told).isEmpty();
    }

    @Test
    void onlyTwentyNamesOfAwsAreToldInAnEnvironment() throws Exception {
        var client = inside(start(true, false, 8, upstream()));

        for (int i = 0; i < 60; i++) {
            client.ask("s" + i + ".amazonaws.com", Asked.A);
        }

        for (int i = 0; i < EnvironmentNames.MOST_TOLD; i++) {
            assertThat(told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isNotNull();
        }
        assertThat(told.poll(SOON_MILLIS, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void withoutAWayOutNoNameIsWaitedFor() throws Exception {
        var upstream = upstream();
        upstream.setSoTimeout(SOON_MILLIS);
        var client = inside(start(false, false, 8, upstream));

        assertThat(client.ask("example.com", Asked.A).code()).isEqualTo(NO_SUCH_NAME);
        assertThat(client.ask("sqs.us-east-1.amazonaws.com", Asked.A).code()).isEqualTo(NO_SUCH_NAME);

        assertThat(told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("sqs.us-east-1.amazonaws.com");
        assertThatThrownBy(() -> asked(upstream)).isInstanceOf(SocketTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "db.localhost",
                "boda-1",
                "localhost.localstack.cloud",
                "id.lambda-url.us-east-1.localhost.localstack.cloud"
            })
    void theEnvironmentKnowsItself(String name) throws Exception {
        var client = inside(start(false, false, 8));

        assertThat(client.ask(name, Asked.A).address()).isEqualTo(new byte[] {127, 0, 0, 1});
        assertThat(client.ask(name, Asked.AAAA).address())
                .isEqualTo(InetAddress.ofLiteral("::1").getAddress());
        assertThat(client.ask(name, Asked.MX).records()).isZero();
        assertThat(client.ask(name, Asked.MX).code()).isZero();
    }

    @Test
    void whatIsNoQuestionIsRefusedOrNotAnswered() throws Exception {
        var client = inside(start(true, false, 8, upstream()), SOON_MILLIS);
        var update = Asked.question(1, "example.com", Asked.A);
        update[2] = 5 << 3;
        var endless = Asked.question(2, "example.com", Asked.A);
        endless[12] = (byte) 0xc0;
        var two = Asked.question(3, "example.com", Asked.A);
        two[5] = 2;

        client.send(update);
        assertThat(client.receive().code()).isEqualTo(4);
        client.send(endless);
        assertThat(client.receive().code()).isEqualTo(1);
        client.send(two);
        assertThat(client.receive().code()).isEqualTo(1);
        client.send(Arrays.copyOf(Asked.question(4, "example.com", Asked.A), 2_000));
        assertThat(client.receive().code()).isEqualTo(1);

        client.send(new byte[] {1, 2, 3});
        var answer = Asked.question(5, "example.com", Asked.A);
        answer[2] = (byte) 0x80;
        client.send(answer);
        assertThatThrownBy(client::receive).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void anEnvironmentThatFloodsHasABoundedNumberUnderWayAndOthersAreServed() throws Exception {
        var silent = upstream();
        silent.setSoTimeout(SOON_MILLIS);
        var names = start(true, false, 1_000, silent);
        var flooding = inside(names);
        var other = inside(names);

        for (int i = 0; i < 500; i++) {
            flooding.send(Asked.question(i, "n" + i + ".example.com", Asked.A));
        }
        var seen = new ArrayList<DatagramPacket>();
        try {
            while (true) {
                seen.add(asked(silent));
            }
        } catch (SocketTimeoutException _) {
            assertThat(seen).hasSize(EnvironmentNames.AT_ONCE);
        }
        other.send(Asked.question(1, "other.example.com", Asked.A));
        var sentOn = asked(silent);
        answer(silent, sentOn, Asked.answer(bytes(sentOn), SOMEWHERE));
        assertThat(other.receive().address()).isEqualTo(SOMEWHERE);

        answer(silent, seen.getFirst(), Asked.answer(bytes(seen.getFirst()), SOMEWHERE));
        assertThat(asked(silent)).as("the next one, which has waited").isNotNull();
    }

    @Test
    void allEnvironmentsTogetherHaveABoundedNumberUnderWay() throws Exception {
        var silent = upstream();
        silent.setSoTimeout(SOON_MILLIS);
        var names = start(true, false, 4, silent);
        for (int i = 0; i < 6; i++) {
            inside(names).send(Asked.question(i, "n" + i + ".example.com", Asked.A));
        }

        var seen = new ArrayList<DatagramPacket>();
        try {
            while (true) {
                seen.add(asked(silent));
            }
        } catch (SocketTimeoutException _) {
            assertThat(seen).hasSize(4);
        }
        answer(silent, seen.getFirst(), Asked.answer(bytes(seen.getFirst()), SOMEWHERE));
        assertThat(asked(silent)).isNotNull();
    }

    @Test
    void aFloodOfNamesThatDoNotExistIsHeldToAPace() throws Exception {
        var client = inside(start(false, false, 8));
        for (int i = 0; i < 60; i++) {
            client.send(Asked.question(i, "example.com", Asked.A));
            client.receive();
        }

        var began = System.nanoTime();
        for (int i = 0; i < 5 * EnvironmentNames.IN_A_WINDOW; i++) {
            client.send(Asked.question(i, "example.com", Asked.A));
            client.receive();
        }

        assertThat(System.nanoTime() - began).isGreaterThan(3 * EnvironmentNames.WINDOW_NANOS);
    }

    @Test
    void closingAnEnvironmentClosesItsSocketAndWhatItAsked() throws Exception {
        var silent = upstream();
        var names = start(true, false, 1, silent);
        var socket = DatagramChannel.open().bind(LOOPBACK);
        var address = socket.getLocalAddress();
        var served = names.serve(socket, Set.of(), told::add);
        var client = closed(new Asked(address, PATIENCE_MILLIS));
        client.send(Asked.question(1, "example.com", Asked.A));
        asked(silent);

        served.close();

        assertThat(socket.isOpen()).isFalse();
        closed(new DatagramSocket(address));
        // Sooner than what was asked would be given up by itself.
        silent.setSoTimeout((int) Lookup.ATTEMPT.toMillis() / 2);
        var other = inside(names);
        other.send(Asked.question(2, "other.example.com", Asked.A));
        assertThat(asked(silent)).as("the only place is free again").isNotNull();
    }

    @Test
    void closingWorksWhenTheServerHasClosed() throws Exception {
        var names = start(true, false, 1, upstream());
        var socket = DatagramChannel.open().bind(LOOPBACK);
        var served = names.serve(socket, Set.of(), told::add);

        names.close();
        served.close();

        assertThat(socket.isOpen()).isFalse();
    }
}
