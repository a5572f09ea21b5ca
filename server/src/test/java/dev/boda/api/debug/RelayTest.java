package dev.boda.api.debug;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RelayTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final List<String> problems = new CopyOnWriteArrayList<>();

    @AutoClose
    private ServerSocket function;

    @AutoClose
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        function = new ServerSocket(0, 8, HERE);
        relay = Relay.start(0, "JDWP-Handshake", this::connect, problems::add);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(new InetSocketAddress(HERE, function.getLocalPort()));
    }

    private Socket debugger(String says) throws IOException {
        var socket = new Socket(HERE, relay.port());
        socket.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    @Test
    void carriesBytesBothWaysFromTheGreetingOn() throws IOException {
        try (var debugger = debugger("JDWP-Handshakeand more");
                var its = function.accept()) {
            assertThat(read(its, 22)).isEqualTo("JDWP-Handshakeand more");
            its.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
            assertThat(read(debugger, 6)).isEqualTo("answer");
        }
    }

    @Test
    void aGreetingMayComeInPieces() throws IOException {
        try (var debugger = debugger("JDWP-")) {
            debugger.getOutputStream().write("Handshake".getBytes(StandardCharsets.US_ASCII));
            try (var its = function.accept()) {
                assertThat(read(its, 14)).isEqualTo("JDWP-Handshake");
            }
        }
    }

    @Test
    void whoGreetsOtherwiseIsLetGoAndMeetsNobody() throws IOException {
        try (var page = debugger("POST / HTTP/1.1\r\n\r\n")) {
            assertThat(ended(page)).isTrue();
        }
        assertThat(problems)
                .containsExactly("Something that is no debugger of this language connected, and was let go.");
        function.setSoTimeout(1);
        assertThatThrownBy(function::accept).isInstanceOf(IOException.class);
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Test
    void theEndOfOneSideIsToldToTheOther() throws IOException {
        try (var debugger = debugger("JDWP-Handshake")) {
            function.accept().close();
            assertThat(ended(debugger)).isTrue();
        }
        try (var debugger = debugger("JDWP-Handshake");
                var its = function.accept()) {
            assertThat(read(its, 14)).isEqualTo("JDWP-Handshake");
            debugger.shutdownOutput();
            assertThat(ended(its)).isTrue();
        }
    }

    @Test
    void closingCutsConnectionsAndFreesThePort() throws IOException {
        int port = relay.port();
        try (var debugger = debugger("JDWP-Handshake");
                var its = function.accept()) {
            assertThat(read(its, 14)).isEqualTo("JDWP-Handshake");
            relay.close();
            assertThat(ended(debugger)).isTrue();
            assertThat(ended(its)).isTrue();
        }
        assertThatThrownBy(() -> new Socket(HERE, port).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    void whoSaysNothingIsLetGoInTime() throws IOException {
        try (var brief = start(bound(), Duration.ofMillis(10));
                var silent = new Socket(HERE, brief.port());
                var begun = new Socket(HERE, brief.port())) {
            begun.getOutputStream().write('J');
            assertThat(ended(silent)).isTrue();
            assertThat(ended(begun)).isTrue();
        }
    }

    @Test
    void aDebuggerThatHasGreetedMayBeSilentLonger() throws IOException {
        try (var brief = start(bound(), Duration.ofSeconds(1));
                var debugger = new Socket(HERE, brief.port())) {
            debugger.getOutputStream().write("JDWP-Handshake".getBytes(StandardCharsets.US_ASCII));
            try (var its = function.accept()) {
                assertThat(read(its, 14)).isEqualTo("JDWP-Handshake");
                its.setSoTimeout(1_500);
                assertThatThrownBy(() -> its.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                debugger.getOutputStream().write('x');
                assertThat(read(its, 1)).isEqualTo("x");
            }
        }
    }

    @Test
    void aPortThatFailsIsTold() throws Exception {
        var listener = bound();
        try (var _ = start(listener, Duration.ofSeconds(1))) {
            listener.close();
            while (problems.isEmpty()) {
                Thread.onSpinWait();
            }
        }
        assertThat(problems).singleElement().asString().startsWith("No more debuggers are let in: ");
    }

    private static ServerSocketChannel bound() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(HERE, 0));
    }

    private Relay start(ServerSocketChannel listener, Duration longestGreeting) {
        return Relay.start(listener, "JDWP-Handshake", longestGreeting, this::connect, problems::add);
    }

    @Test
    void whyADebuggerMeetsNobodyIsTold() throws IOException {
        function.close();
        try (var debugger = debugger("JDWP-Handshake")) {
            assertThat(ended(debugger)).isTrue();
        }
        assertThat(problems).singleElement().asString().startsWith("A debugger could not be let in: ");
    }
}
