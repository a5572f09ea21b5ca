package dev.boda.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A client that sends exactly the bytes it is given. Every read has a time-out.
public final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// An answer as it came.
    public record Answer(int status, List<String> headerLines, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        public boolean has(String headerLine) {
            return headerLines.stream().anyMatch(line -> line.equalsIgnoreCase(headerLine));
        }
    }

    public RawClient(InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.connect(address, TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Whether something comes in that time.
    public boolean hasAnswerWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            boolean came = in.read() >= 0;
            in.reset();
            return came;
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            socket.setSoTimeout(TIMEOUT_MILLIS);
        }
    }

    public Answer answer() throws IOException {
        return answer(false);
    }

    public Answer answerToHead() throws IOException {
        return answer(true);
    }

    private Answer answer(boolean toHead) throws IOException {
        int status = Integer.parseInt(line().split(" ", -1)[1]);
        var headers = new ArrayList<String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        return new Answer(status, headers, toHead || status == 100 ? new byte[0] : body(headers));
    }

    private byte[] body(List<String> headers) throws IOException {
        for (var header : headers) {
            var lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length: ")) {
                return in.readNBytes(Integer.parseInt(header.substring("content-length: ".length())));
            }
            if (lower.equals("transfer-encoding: chunked")) {
                return chunks();
            }
        }
        return headers.stream().anyMatch("connection: close"::equalsIgnoreCase) ? in.readAllBytes() : new byte[0];
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(in.readNBytes(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The server closed the connection after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /// Whether the server ends the connection in good order, nothing left to read.
    public boolean endsCleanly() throws IOException {
        return in.read() == -1;
    }

    public byte[] read(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    /// Goes away without a word.
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
