package dev.boda.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// A message to the kernel while it is written: a header, the fixed words of its kind, attributes that may hold
/// further ones.
public final class NetlinkMessage {

    static final int HEADER_BYTES = 16;

    private static final int SEQUENCE_AT = 8;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int NESTED = 0x8000;
    private static final int REQUEST = 1;
    private static final int ACKNOWLEDGE = 4;
    private static final int FIRST_CAPACITY = 256;

    private final String what;
    private final boolean acknowledged;
    private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.nativeOrder());

    private NetlinkMessage(String what, int type, int flags, boolean acknowledged) {
        this.what = what;
        this.acknowledged = acknowledged;
        bytes.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
    }

    /// One that the kernel acknowledges. `what` completes the sentence of its refusal.
    static NetlinkMessage of(String what, int type, int flags) {
        return new NetlinkMessage(what, type, flags | REQUEST | ACKNOWLEDGE, true);
    }

    /// One that is answered otherwise, or not at all if nothing is wrong with it.
    static NetlinkMessage unacknowledged(String what, int type, int flags) {
        return new NetlinkMessage(what, type, flags | REQUEST, false);
    }

    String what() {
        return what;
    }

    boolean isAcknowledged() {
        return acknowledged;
    }

    NetlinkMessage octets(int... values) {
        for (int value : values) {
            room(1).put((byte) value);
        }
        return this;
    }

    /// A number of 32 bits in the machine's byte order.
    NetlinkMessage word(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        room(ATTRIBUTE_HEADER_BYTES)
                .putShort((short) (ATTRIBUTE_HEADER_BYTES + value.length))
                .putShort((short) type);
        room(value.length).put(value);
        return pad();
    }

    /// A number of 32 bits in the machine's byte order.
    NetlinkMessage attribute(int type, int value) {
        return attribute(type, machineOrder(value));
    }

    /// A number of 32 bits in the network's byte order: addresses, and everything of the firewall.
    NetlinkMessage networkAttribute(int type, int value) {
        return attribute(type, networkOrder(value));
    }

    NetlinkMessage attribute(int type, String value) {
        var text = value.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(text, text.length + 1));
    }

    /// An attribute that holds what `inside` writes.
    NetlinkMessage nested(int type, Consumer<NetlinkMessage> inside) {
        int start = bytes.position();
        room(ATTRIBUTE_HEADER_BYTES).putShort((short) 0).putShort((short) (type | NESTED));
        inside.accept(this);
        bytes.putShort(start, (short) (bytes.position() - start));
        return pad();
    }

    static byte[] machineOrder(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    static byte[] networkOrder(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }

    /// The finished message, padded, with its number in the conversation.
    byte[] finish(int sequence) {
        bytes.putInt(0, bytes.position()).putInt(SEQUENCE_AT, sequence);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private NetlinkMessage pad() {
        while (bytes.position() % Integer.BYTES != 0) {
            room(1).put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int more) {
        if (bytes.remaining() < more) {
            var larger = ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + more))
                    .order(ByteOrder.nativeOrder());
            bytes = larger.put(bytes.flip());
        }
        return bytes;
    }
}
