package dev.boda.aws;

import dev.boda.http.HttpExchange;
import java.util.List;
import java.util.Optional;

/// What a Signature Version 4 says of a request, in its `Authorization` header or, presigned, in its query. Only
/// read here: [SignatureCheck] finds out whether it is right.
///
/// @param date          of the credential scope: `20260131`
/// @param service       the signing name: `lambda`
/// @param signedHeaders the names of the headers that are signed, in lower case
/// @param signature     64 hexadecimal digits
public record SignatureV4(
        String accessKeyId,
        String date,
        String region,
        String service,
        List<String> signedHeaders,
        String signature,
        boolean presigned) {

    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String TERMINATOR = "aws4_request";

    private static final int SCOPE_PARTS = 5;

    /// The signature of `exchange`; empty if it has none that can be read.
    public static Optional<SignatureV4> of(HttpExchange exchange) {
        var authorization = exchange.headers().first("Authorization");
        if (authorization.isPresent()) {
            return ofHeader(authorization.get());
        }
        return exchange.rawQuery().contains("X-Amz-Credential=")
                ? ofQuery(QueryString.parse(exchange.rawQuery()))
                : Optional.empty();
    }

    private static Optional<SignatureV4> ofHeader(String header) {
        return header.startsWith(ALGORITHM)
                ? of(part(header, "Credential="), part(header, "SignedHeaders="), part(header, "Signature="), false)
                : Optional.empty();
    }

    private static Optional<SignatureV4> ofQuery(QueryString query) {
        return query.first("X-Amz-Algorithm").filter(ALGORITHM::equals).isPresent()
                ? of(
                        query.first("X-Amz-Credential").orElse(""),
                        query.first("X-Amz-SignedHeaders").orElse(""),
                        query.first("X-Amz-Signature").orElse(""),
                        true)
                : Optional.empty();
    }

    /// @param credential `AKIDEXAMPLE/20260131/us-east-1/lambda/aws4_request`; only the key may hold more slashes
    private static Optional<SignatureV4> of(String credential, String headers, String signature, boolean presigned) {
        var parts = List.of(credential.split("/", -1));
        int scope = parts.size() - SCOPE_PARTS;
        if (scope < 0 || !parts.getLast().equals(TERMINATOR)) {
            return Optional.empty();
        }
        return Optional.of(new SignatureV4(
                String.join("/", parts.subList(0, scope + 1)),
                parts.get(scope + 1),
                parts.get(scope + 2),
                parts.get(scope + 3),
                headers.isEmpty() ? List.of() : List.of(headers.split(";", -1)),
                signature,
                presigned));
    }

    /// What a signature is good for: `20260131/us-east-1/lambda/aws4_request`.
    String scope() {
        return date + "/" + region + "/" + service + "/" + TERMINATOR;
    }

    /// A part of an `Authorization` header by the beginning of it, `Credential=`; empty if it is not there.
    static String part(String header, String name) {
        int start = header.indexOf(name);
        if (start < 0) {
            return "";
        }
        int end = header.indexOf(',', start);
        return header.substring(start + name.length(), end < 0 ? header.length() : end)
                .strip();
    }
}
