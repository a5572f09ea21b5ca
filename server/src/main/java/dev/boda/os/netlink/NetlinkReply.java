package dev.boda.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A message of the kernel, or an attribute that holds further ones: fixed words, then attributes.
final class NetlinkReply {

    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer body;
    private final int attributesAt;

    /// `body` is in the machine's byte order; its attributes begin at `attributesAt`.
    NetlinkReply(ByteBuffer body, int attributesAt) {
        this.body = body;
        this.attributesAt = attributesAt;
    }

    int octet(int at) {
        return body.get(at) & 0xff;
    }

    /// One of the fixed words.
    int fixedWord(int at) {
        return body.getInt(at);
    }

    /// An attribute's number in the machine's byte order.
    Optional<Integer> word(int type) {
        return attribute(type)
                .filter(value -> value.remaining() >= Integer.BYTES)
                .map(ByteBuffer::getInt);
    }

    /// An attribute's number in the network's byte order.
    Optional<Integer> networkWord(int type) {
        return word(type).map(number -> isLittleEndian() ? Integer.reverseBytes(number) : number);
    }

    Optional<String> text(int type) {
        return attribute(type).map(NetlinkReply::zeroTerminated);
    }

    Optional<NetlinkReply> nested(int type) {
        return attribute(type).map(value -> new NetlinkReply(value, 0));
    }

    private Optional<ByteBuffer> attribute(int type) {
        int at = attributesAt;
        while (at + ATTRIBUTE_HEADER_BYTES <= body.limit()) {
            int length = body.getShort(at) & 0xffff;
            if (length < ATTRIBUTE_HEADER_BYTES || at + length > body.limit()) {
                return Optional.empty();
            }
            if ((body.getShort(at + Short.BYTES) & TYPE_MASK) == type) {
                return Optional.of(body.slice(at + ATTRIBUTE_HEADER_BYTES, length - ATTRIBUTE_HEADER_BYTES)
                        .order(ByteOrder.nativeOrder()));
            }
            at += aligned(length);
        }
        return Optional.empty();
    }

    /// Messages and attributes begin at multiples of four.
    static int aligned(int length) {
        return (length + 3) & ~3;
    }

    private static boolean isLittleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    private static String zeroTerminated(ByteBuffer value) {
        int end = 0;
        while (end < value.limit() && value.get(end) != 0) {
            end++;
        }
        return StandardCharsets.UTF_8.decode(value.slice(0, end)).toString();
    }
}
