package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Locale;

/// What a client must know of an answer's head.
///
/// @param bodyBytes     announced; 0 where nothing was
/// @param chunked       whether the body comes in chunks
/// @param events        whether the body is a stream of AWS's events
/// @param functionError whether the function failed
record AnswerHead(int status, long bodyBytes, boolean chunked, boolean events, boolean functionError) {

    /// In the place of a head that has not come.
    static final AnswerHead NONE = new AnswerHead(0, 0, false, false, false);

    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";

    /// Where the body begins, or -1.
    ///
    /// @param received from its beginning to its position
    /// @param from     that far no empty line was found
    static int endIn(ByteBuffer received, int from) {
        for (int i = Math.max(from, 3); i < received.position(); i++) {
            if (received.get(i) == '\n'
                    && received.get(i - 1) == '\r'
                    && received.get(i - 2) == '\n'
                    && received.get(i - 3) == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /// @param end where the body begins
    static AnswerHead parse(ByteBuffer received, int end) {
        var bytes = new byte[end - 4];
        received.get(0, bytes);
        var lines = new String(bytes, ISO_8859_1).split("\r\n", -1);
        int status = Integer.parseInt(lines[0].substring(9, 12));
        long bodyBytes = 0;
        boolean chunked = false;
        boolean events = false;
        boolean functionError = false;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            var value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> bodyBytes = Long.parseLong(value);
                case "transfer-encoding" -> chunked = value.equals("chunked");
                case "content-type" -> events = value.equals(EVENT_STREAM);
                case "x-amz-function-error" -> functionError = true;
                default -> {}
            }
        }
        return new AnswerHead(status, bodyBytes, chunked, events, functionError);
    }
}
