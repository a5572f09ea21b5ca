package dev.boda.names;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// A DNS question as it was sent, and the answers that need nobody else.
/// <https://www.rfc-editor.org/rfc/rfc1035#section-4>
///
/// @param message the whole of it
/// @param name    in small letters, without the last dot; what is no letter, digit, hyphen or underscore is `?`
/// @param end     where the question ends in the message; what follows are the client's extensions
record Question(byte[] message, String name, int type, int end) {

    static final int REFUSED_FORM = 1;
    static final int SERVER_FAILURE = 2;
    static final int NO_SUCH_NAME = 3;
    static final int NOT_IMPLEMENTED = 4;

    static final int HEADER_BYTES = 12;

    /// The longest that is sent by UDP without extensions; questions have few.
    static final int LONGEST_BYTES = 512;

    private static final int LONGEST_NAME_BYTES = 255;
    private static final int LONGEST_LABEL_BYTES = 63;

    private static final int RESPONSE = 0x80;
    private static final int OPERATION = 0x78;
    private static final int RECURSION_DESIRED = 0x01;
    private static final int RECURSION_AVAILABLE = 0x80;

    private static final int INTERNET = 1;
    private static final int ADDRESS_4 = 1;
    private static final int ADDRESS_6 = 28;
    private static final int NAME_OF_QUESTION = 0xC000 | HEADER_BYTES;
    private static final int TIME_TO_LIVE_SECONDS = 60;

    private static final byte[] LOCALHOST_4 = {127, 0, 0, 1};
    private static final byte[] LOCALHOST_6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    /// Empty for what is no question, to which nothing can be answered either; of a question that cannot be understood
    /// the name is empty.
    static Optional<Question> parse(byte[] message) {
        if (message.length < HEADER_BYTES || (message[2] & RESPONSE) != 0) {
            return Optional.empty();
        }
        var unclear = new Question(message, "", 0, HEADER_BYTES);
        var from = ByteBuffer.wrap(message);
        boolean one = from.getShort(4) == 1 && from.getShort(6) == 0 && from.getShort(8) == 0;
        if (message.length > LONGEST_BYTES || !one || unclear.isOtherOperation()) {
            return Optional.of(unclear);
        }
        from.position(HEADER_BYTES);
        var name = new StringBuilder();
        while (from.hasRemaining()) {
            int length = from.get();
            if (length == 0) {
                return Optional.of(from.remaining() < 4 ? unclear : of(message, name, from));
            }
            if (length < 0 || length > LONGEST_LABEL_BYTES || length >= from.remaining()) {
                return Optional.of(unclear);
            }
            append(name, from, length);
            if (name.length() > LONGEST_NAME_BYTES) {
                return Optional.of(unclear);
            }
        }
        return Optional.of(unclear);
    }

    private static Question of(byte[] message, StringBuilder name, ByteBuffer from) {
        int type = from.getShort() & 0xffff;
        return new Question(message, name.isEmpty() ? "." : name.toString(), type, from.position() + 2);
    }

    private static void append(StringBuilder name, ByteBuffer from, int length) {
        if (!name.isEmpty()) {
            name.append('.');
        }
        for (int i = 0; i < length; i++) {
            char letter = Character.toLowerCase((char) (from.get() & 0xff));
            boolean plain = (letter >= 'a' && letter <= 'z')
                    || (letter >= '0' && letter <= '9')
                    || letter == '-'
                    || letter == '_';
            name.append(plain ? letter : '?');
        }
    }

    boolean isClear() {
        return !name.isEmpty();
    }

    /// Whether it is not asked for a name at all, but an update, say.
    boolean isOtherOperation() {
        return (message[2] & OPERATION) != 0;
    }

    /// As it is sent on.
    byte[] withId(int id) {
        return numbered(message, id);
    }

    /// An answer to the sent-on question, for whoever asked it.
    byte[] backTo(byte[] answer) {
        return numbered(answer, ((message[0] & 0xff) << 8) | (message[1] & 0xff));
    }

    private static byte[] numbered(byte[] message, int id) {
        var copy = message.clone();
        copy[0] = (byte) (id >> 8);
        copy[1] = (byte) id;
        return copy;
    }

    /// Whether `answer` is to this question, sent on with that id.
    boolean isAnsweredBy(byte[] answer, int id) {
        if (answer.length < end
                || (answer[2] & RESPONSE) == 0
                || (((answer[0] & 0xff) << 8) | (answer[1] & 0xff)) != id) {
            return false;
        }
        int questions = ((answer[4] & 0xff) << 8) | (answer[5] & 0xff);
        return questions == 1 && Arrays.equals(message, HEADER_BYTES, end, answer, HEADER_BYTES, end);
    }

    /// Whether a name server says in `answer` that it cannot, so that another one may be asked.
    static boolean isFailure(byte[] answer) {
        int code = answer[3] & 0x0f;
        return code == SERVER_FAILURE || code == NOT_IMPLEMENTED || code == 5;
    }

    /// An answer with nothing but a code.
    byte[] refused(int code) {
        return answer(code, new byte[0], 0);
    }

    /// That the name is this environment's own.
    byte[] here() {
        return switch (type) {
            case ADDRESS_4 -> answer(0, LOCALHOST_4, 1);
            case ADDRESS_6 -> answer(0, LOCALHOST_6, 1);
            default -> answer(0, new byte[0], 0);
        };
    }

    private byte[] answer(int code, byte[] address, int answers) {
        var bytes = ByteBuffer.allocate(end + (answers == 0 ? 0 : 12 + address.length));
        bytes.put(message, 0, end);
        bytes.put(2, (byte) (RESPONSE | (message[2] & (OPERATION | RECURSION_DESIRED))));
        bytes.put(3, (byte) (RECURSION_AVAILABLE | code));
        bytes.putShort(4, (short) (isClear() ? 1 : 0));
        bytes.putShort(6, (short) answers);
        bytes.putShort(8, (short) 0);
        bytes.putShort(10, (short) 0);
        if (answers > 0) {
            bytes.putShort((short) NAME_OF_QUESTION)
                    .putShort((short) type)
                    .putShort((short) INTERNET)
                    .putInt(TIME_TO_LIVE_SECONDS)
                    .putShort((short) address.length)
                    .put(address);
        }
        return bytes.array();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Question question && Arrays.equals(message, question.message);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(message);
    }

    @Override
    public String toString() {
        return new String(name.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII) + " type " + type;
    }
}
