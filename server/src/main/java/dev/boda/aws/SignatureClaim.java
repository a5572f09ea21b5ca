package dev.boda.aws;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.boda.http.HttpExchange;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/// A signature of a known key, of which all is in order but for whether the secret made it: that is found out when the
/// body is there.
///
/// @param timestamp when it was signed, as the string to sign has it
record SignatureClaim(
        SigningKeys keys,
        HttpExchange exchange,
        SignatureV4 signature,
        String secret,
        String timestamp,
        SignatureRefusals refusals) {

    private static final String UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

    /// Throws AWS's refusal unless this request with this body was signed with the key's secret.
    void prove(byte[] body) {
        var request = CanonicalRequest.of(exchange, signature, payloadHash(body));
        var toSign = SignatureV4.ALGORITHM + "\n" + timestamp + "\n" + signature.scope() + "\n" + Sha256.hex(request);
        var right = HexFormat.of().formatHex(keys.sign(secret, signature, toSign));
        if (!MessageDigest.isEqual(
                right.getBytes(US_ASCII), signature.signature().getBytes(US_ASCII))) {
            throw refusals.mismatch();
        }
    }

    /// The body's own, whatever the client says that it is; a client that leaves the body out of its signature says so
    /// under the signature.
    private String payloadHash(byte[] body) {
        var said = exchange.headers()
                .first("X-Amz-Content-Sha256")
                .or(() -> signature.presigned()
                        ? QueryString.parse(exchange.rawQuery()).first("X-Amz-Content-Sha256")
                        : Optional.empty());
        return said.filter(UNSIGNED_PAYLOAD::equals).orElseGet(() -> Sha256.hex(body));
    }
}
