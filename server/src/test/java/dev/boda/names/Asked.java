package dev.boda.names;

import java.io.ByteArrayOutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What a resolver inside an environment does: writes questions, and reads answers.
public final class Asked implements AutoCloseable {

    public static final int A = 1;
    public static final int AAAA = 28;
    public static final int MX = 15;

    private final DatagramSocket socket;

    /// An answer.
    ///
    /// @param address of its first record; empty without one
    public record Answer(int id, int code, boolean truncated, int records, byte[] address, byte[] bytes) {

        static Answer of(byte[] bytes) {
            var message = ByteBuffer.wrap(bytes);
            int records = message.getShort(6);
            int end = bytes.length;
            var address = records == 0
                    ? new byte[0]
                    : Arrays.copyOfRange(bytes, end - message.getShort(dataLength(bytes)), end);
            return new Answer(
                    message.getShort(0) & 0xffff, bytes[3] & 0xf, (bytes[2] & 2) != 0, records, address, bytes);
        }

        /// Behind the question: pointer, type, class, time to live.
        private static int dataLength(byte[] bytes) {
            int at = 12;
            while (bytes[at] != 0) {
                at += bytes[at] + 1;
            }
            return at + 5 + 10;
        }
    }

    /// @param timeoutMillis after which no answer is an error
    public Asked(SocketAddress server, int timeoutMillis) throws Exception {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(server);
        socket.setSoTimeout(timeoutMillis);
    }

    static byte[] question(int id, String name, int type) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) (id >> 8), (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
        for (var label : name.split("\\.", -1)) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
        return bytes.toByteArray();
    }

    /// An answer to `question` with one record, of `address`.
    static byte[] answer(byte[] question, byte[] address) {
        var bytes = ByteBuffer.allocate(question.length + 12 + address.length);
        bytes.put(question).put(2, (byte) 0x81).put(3, (byte) 0x80).putShort(6, (short) 1);
        bytes.putShort((short) 0xc00c).put(question, question.length - 4, 4).putInt(60);
        return bytes.putShort((short) address.length).put(address).array();
    }

    public void send(byte[] message) throws Exception {
        socket.send(new DatagramPacket(message, message.length));
    }

    public Answer receive() throws Exception {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Answer.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    /// Asks and waits for the answer.
    public Answer ask(String name, int type) throws Exception {
        send(question(4_711, name, type));
        return receive();
    }

    @Override
    public void close() {
        socket.close();
    }
}
