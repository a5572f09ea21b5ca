package dev.boda.functionurl;

import dev.boda.engine.ResponseSink;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The beginning of an answer of the type [ResponseSink#HTTP_RESPONSE_TYPE]: status, headers and cookies as JSON, up to
/// eight NULs; the body follows. AWS's clients of the Runtime API make it of what `awslambda.HttpResponseStream.from`
/// and their like are given. Collects it piece by piece.
final class AnswerPrelude {

    /// The answer's type where the prelude names none.
    static final String OTHERWISE = "application/octet-stream";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int OK = 200;
    private static final int NULS = 8;

    /// Far more than clients accept of headers.
    private static final int MOST_BYTES = 128 << 10;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int nuls;

    /// A complete prelude.
    ///
    /// @param rest what of the last piece is the body's already
    record Read(AnswerHead head, byte[] rest) {}

    static boolean begins(String contentType) {
        var type = ResponseSink.HTTP_RESPONSE_TYPE;
        return contentType.regionMatches(true, 0, type, 0, type.length());
    }

    boolean isEmpty() {
        return received.size() == 0;
    }

    /// Takes the next piece. Empty as long as the prelude goes on.
    Optional<Read> take(byte[] bytes, int offset, int length) throws MalformedAnswerException {
        for (int i = offset; i < offset + length; i++) {
            received.write(bytes[i]);
            nuls = bytes[i] == 0 ? nuls + 1 : 0;
            if (nuls == NULS) {
                return Optional.of(new Read(head(), Arrays.copyOfRange(bytes, i + 1, offset + length)));
            }
            if (received.size() > MOST_BYTES) {
                throw new MalformedAnswerException("The prelude does not end within " + MOST_BYTES + " bytes");
            }
        }
        return Optional.empty();
    }

    private AnswerHead head() throws MalformedAnswerException {
        try {
            var prelude = JSON.readTree(received.toByteArray(), 0, received.size() - NULS);
            if (!prelude.isObject()) {
                throw new MalformedAnswerException("The prelude is no JSON object");
            }
            return AnswerHead.of(prelude, OK).typedOr(OTHERWISE);
        } catch (JacksonException notJson) {
            throw new MalformedAnswerException("The prelude is no JSON: " + notJson.getOriginalMessage());
        }
    }
}
