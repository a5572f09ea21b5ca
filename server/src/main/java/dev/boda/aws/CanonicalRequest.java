package dev.boda.aws;

import dev.boda.http.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/// A request as Signature Version 4 writes it before it is hashed. Each character stands for one byte on the wire
/// (ISO 8859-1), so that headers in UTF-8 come out as their signer wrote them.
///
/// The path is normalized and encoded once more on top of how it was sent, as for all services but S3: a colon that
/// was sent as `%3A` is `%253A` here.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
final class CanonicalRequest {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int HEX_BASE = 16;
    private static final int USUAL_LENGTH = 512;

    private record Parameter(String name, String value) {}

    private CanonicalRequest() {}

    /// The canonical request's bytes.
    ///
    /// @param payloadHash 64 hexadecimal digits, or `UNSIGNED-PAYLOAD`
    static byte[] of(HttpExchange exchange, SignatureV4 signature, String payloadHash) {
        var text = new StringBuilder(USUAL_LENGTH).append(exchange.method()).append('\n');
        appendPath(exchange.rawPath(), text);
        text.append('\n');
        appendQuery(exchange.rawQuery(), text);
        text.append('\n');
        for (var name : signature.signedHeaders()) {
            text.append(name).append(':');
            appendValues(exchange.headers().all(name), text);
            text.append('\n');
        }
        text.append('\n').append(String.join(";", signature.signedHeaders())).append('\n');
        return text.append(payloadHash).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void appendPath(String path, StringBuilder text) {
        var kept = new ArrayDeque<String>();
        for (var segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                kept.add(segment);
            }
        }
        for (var segment : kept) {
            text.append('/');
            for (int i = 0; i < segment.length(); i++) {
                appendEncoded(segment.charAt(i), text);
            }
        }
        if (kept.isEmpty() || path.endsWith("/")) {
            text.append('/');
        }
    }

    /// Sorted by encoded name, then encoded value; the signature itself is no part of it.
    private static void appendQuery(String query, StringBuilder text) {
        if (query.isEmpty()) {
            return;
        }
        var parameters = new ArrayList<Parameter>();
        for (var part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            var name = reencoded(equals < 0 ? part : part.substring(0, equals));
            if (!part.isEmpty() && !name.equals("X-Amz-Signature")) {
                parameters.add(new Parameter(name, equals < 0 ? "" : reencoded(part.substring(equals + 1))));
            }
        }
        parameters.sort(Comparator.comparing(Parameter::name).thenComparing(Parameter::value));
        for (int i = 0; i < parameters.size(); i++) {
            text.append(i == 0 ? "" : "&")
                    .append(parameters.get(i).name)
                    .append('=')
                    .append(parameters.get(i).value);
        }
    }

    /// However it was escaped: as AWS escapes it.
    private static String reencoded(String sent) {
        var text = new StringBuilder(sent.length());
        for (int i = 0; i < sent.length(); i++) {
            char next = sent.charAt(i);
            int high = next == '%' && i + 2 < sent.length() ? Character.digit(sent.charAt(i + 1), HEX_BASE) : -1;
            int low = high >= 0 ? Character.digit(sent.charAt(i + 2), HEX_BASE) : -1;
            if (low >= 0) {
                appendEncoded((char) (high * HEX_BASE + low), text);
                i += 2;
            } else {
                appendEncoded(next == '+' ? ' ' : next, text);
            }
        }
        return text.toString();
    }

    private static void appendEncoded(char c, StringBuilder text) {
        boolean unreserved = (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
        if (unreserved) {
            text.append(c);
        } else {
            text.append('%').append(HEX.toHexDigits((byte) c));
        }
    }

    /// Trimmed, with single spaces, and several fields of one name joined.
    private static void appendValues(List<String> values, StringBuilder text) {
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "" : ",");
            var value = values.get(i).strip();
            boolean space = false;
            for (int at = 0; at < value.length(); at++) {
                char c = value.charAt(at);
                boolean blank = c == ' ' || c == '\t';
                if (!blank) {
                    text.append(c);
                } else if (!space) {
                    text.append(' ');
                }
                space = blank;
            }
        }
    }
}
