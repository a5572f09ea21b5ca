package dev.boda.os.netlink;

import dev.boda.os.KernelSocket;
import dev.boda.os.OsException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A conversation with the kernel's network, in the network namespace of the thread that opened it. For one thread at
/// a time; its calls may wait for the kernel's locks, so none on a virtual thread.
public final class Netlink implements AutoCloseable {

    private static final int ROUTE = 0;
    private static final int NETFILTER = 12;

    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int HAS_WORDS = 0x200;
    private static final int WORDS = 1;
    /// An error's number and the header of the message it is about; the message itself is left out.
    private static final int ERROR_BYTES = Integer.BYTES + NetlinkMessage.HEADER_BYTES;

    private static final int SHORT_ACKNOWLEDGEMENTS = 10;
    private static final int ERRORS_WITH_WORDS = 11;

    /// Acknowledgements wait in the socket's buffer, which has room for some 250.
    private static final int MOST_MESSAGES = 128;

    private static final int EPROTO = 71;

    private final KernelSocket socket;
    private int sequence = 1;

    private Netlink(KernelSocket socket) {
        this.socket = socket;
    }

    /// For links, addresses and routes.
    public static Netlink route() throws OsException {
        return open(ROUTE);
    }

    /// For nf_tables.
    public static Netlink firewall() throws OsException {
        return open(NETFILTER);
    }

    private static Netlink open(int protocol) throws OsException {
        var socket = KernelSocket.open(protocol);
        try {
            socket.turnOn(SHORT_ACKNOWLEDGEMENTS);
            socket.turnOn(ERRORS_WITH_WORDS);
        } catch (OsException refused) {
            socket.close();
            throw refused;
        }
        return new Netlink(socket);
    }

    /// Has the kernel do all of this, in this order, and throws what it says of the first that it refuses. Links and
    /// routes go on behind a refused message; a firewall's batch is done whole or not at all.
    public void apply(List<NetlinkMessage> messages) throws OsException {
        if (messages.size() > MOST_MESSAGES) {
            throw new IllegalArgumentException(messages.size() + " messages at once; at most " + MOST_MESSAGES);
        }
        int first = sequence;
        var datagram = new ByteArrayOutputStream();
        for (var message : messages) {
            datagram.writeBytes(message.finish(sequence++));
        }
        socket.send(datagram.toByteArray());
        awaitAcknowledgements(messages, first);
    }

    /// The messages by which the kernel tells what it has.
    List<NetlinkReply> dump(NetlinkMessage question, int fixedBytes) throws OsException {
        socket.send(question.finish(sequence++));
        var replies = new ArrayList<NetlinkReply>();
        for (var datagram = socket.receive(); datagram.isPresent(); datagram = socket.receive()) {
            for (var message : split(datagram.get())) {
                switch (message.type()) {
                    case DONE -> {
                        return replies;
                    }
                    case ERROR -> throw refusal(question, message);
                    default -> replies.add(new NetlinkReply(message.body(), fixedBytes));
                }
            }
        }
        throw OsException.of("An answer without an end, of " + question.what(), EPROTO);
    }

    private void awaitAcknowledgements(List<NetlinkMessage> messages, int first) throws OsException {
        long missing = messages.stream().filter(NetlinkMessage::isAcknowledged).count();
        OsException refused = null;
        for (var datagram = socket.receive(); datagram.isPresent(); datagram = socket.receive()) {
            for (var answer : split(datagram.get())) {
                int index = answer.sequence() - first;
                if (answer.type() != ERROR || index < 0 || index >= messages.size()) {
                    continue;
                }
                if (answer.body().getInt(0) != 0) {
                    refused = refused == null ? refusal(messages.get(index), answer) : refused;
                } else if (messages.get(index).isAcknowledged()) {
                    missing--;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
        if (missing > 0) {
            throw OsException.of(
                    missing + " unanswered messages, the last "
                            + messages.getLast().what(),
                    EPROTO);
        }
    }

    private static OsException refusal(NetlinkMessage message, Answer answer) {
        var words = (answer.flags() & HAS_WORDS) == 0
                ? ""
                : new NetlinkReply(answer.body(), ERROR_BYTES)
                        .text(WORDS)
                        .map(said -> " (" + said + ")")
                        .orElse("");
        return OsException.of(message.what() + words, -answer.body().getInt(0));
    }

    private record Answer(int type, int flags, int sequence, ByteBuffer body) {}

    private static List<Answer> split(ByteBuffer datagram) {
        var bytes = datagram.order(ByteOrder.nativeOrder());
        var answers = new ArrayList<Answer>();
        int at = 0;
        while (at + NetlinkMessage.HEADER_BYTES <= bytes.limit()) {
            int length = bytes.getInt(at);
            if (length < NetlinkMessage.HEADER_BYTES || at + length > bytes.limit()) {
                break;
            }
            answers.add(new Answer(
                    bytes.getShort(at + 4) & 0xffff,
                    bytes.getShort(at + 6) & 0xffff,
                    bytes.getInt(at + 8),
                    bytes.slice(at + NetlinkMessage.HEADER_BYTES, length - NetlinkMessage.HEADER_BYTES)
                            .order(ByteOrder.nativeOrder())));
            at += NetlinkReply.aligned(length);
        }
        return answers;
    }

    @Override
    public void close() {
        socket.close();
    }
}
