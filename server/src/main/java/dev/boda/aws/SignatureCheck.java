package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HttpExchange;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Whether a caller is who it says. Signatures of known keys are verified; callers without a signature or with a key
/// that is not known pass, unless credentials are required.
final class SignatureCheck {

    /// How far a caller's clock may be off, and how long a signature holds.
    private static final Duration SKEW = Duration.ofMinutes(5);

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>
    private static final long LONGEST_PRESIGNED_SECONDS = 604_800;

    private static final int SCOPED_PARTS = 5;
    private static final List<String> HEADER_PARTS = List.of("Credential", "Signature", "SignedHeaders");
    private static final List<String> QUERY_PARTS =
            List.of("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date");

    private final SigningKeys signingKeys = new SigningKeys();
    private final Function<String, Optional<KnownKey>> keys;
    private final boolean required;
    private final InstantSource clock;

    /// @param keys     by their access key id
    /// @param required whether only known keys pass
    SignatureCheck(Function<String, Optional<KnownKey>> keys, boolean required, InstantSource clock) {
        this.keys = keys;
        this.required = required;
        this.clock = clock;
    }

    /// Refuses what can be refused without the body. What is returned is still to be proven; empty for those that pass
    /// unverified.
    Optional<SignatureClaim> check(HttpExchange exchange, Optional<SignatureV4> signature, SignatureRefusals refusals) {
        if (signature.isEmpty()) {
            requireReadable(exchange, refusals);
            if (required) {
                throw refusals.missing();
            }
            return Optional.empty();
        }
        var key = keys.apply(signature.get().accessKeyId());
        if (key.isEmpty()) {
            if (required) {
                throw refusals.unrecognized();
            }
            return Optional.empty();
        }
        return Optional.of(claim(exchange, signature.get(), key.get(), refusals));
    }

    /// Whether a request has what looks like a signature, readable or not.
    static boolean isMeantToBeSigned(HttpExchange exchange) {
        var authorization = exchange.headers().first("Authorization").orElse("");
        return authorization.isEmpty()
                ? exchange.rawQuery().contains("X-Amz-Credential=")
                : authorization.startsWith(SignatureV4.ALGORITHM);
    }

    /// A signature that was meant to be one and cannot be read as one.
    private static void requireReadable(HttpExchange exchange, SignatureRefusals refusals) {
        var authorization = exchange.headers().first("Authorization").orElse("");
        if (authorization.startsWith(SignatureV4.ALGORITHM)) {
            requireHeader(exchange, authorization, refusals);
            throw unreadable(SignatureV4.part(authorization, "Credential="), refusals);
        }
        if (authorization.isEmpty() && exchange.rawQuery().contains("X-Amz-Credential=")) {
            requireQuery(exchange, refusals);
            var query = QueryString.parse(exchange.rawQuery());
            if (query.first("X-Amz-Algorithm")
                    .filter(SignatureV4.ALGORITHM::equals)
                    .isPresent()) {
                throw unreadable(query.first("X-Amz-Credential").orElse(""), refusals);
            }
        }
    }

    private static ServiceException unreadable(String credential, SignatureRefusals refusals) {
        var parts = credential.split("/", -1);
        return parts.length < SCOPED_PARTS
                ? refusals.credentialForm(credential)
                : refusals.terminator(parts[parts.length - 1]);
    }

    private static void requireHeader(HttpExchange exchange, String authorization, SignatureRefusals refusals) {
        var missing = new ArrayList<String>(0);
        for (var part : HEADER_PARTS) {
            if (SignatureV4.part(authorization, part + "=").isEmpty()) {
                missing.add(part);
            }
        }
        boolean dated = SignatureTime.sent(exchange, false).isPresent();
        if (!missing.isEmpty() || !dated) {
            throw refusals.incompleteHeader(authorization, missing, dated);
        }
    }

    private static void requireQuery(HttpExchange exchange, SignatureRefusals refusals) {
        var query = QueryString.parse(exchange.rawQuery());
        var missing = QUERY_PARTS.stream()
                .filter(part -> query.first(part).orElse("").isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw refusals.incompleteQuery(missing);
        }
    }

    private SignatureClaim claim(
            HttpExchange exchange, SignatureV4 signature, KnownKey key, SignatureRefusals refusals) {
        if (signature.presigned()) {
            requireQuery(exchange, refusals);
        } else {
            requireHeader(exchange, exchange.headers().first("Authorization").orElse(""), refusals);
        }
        var sent = SignatureTime.sent(exchange, signature.presigned()).orElse("");
        var time = SignatureTime.parse(sent).orElseThrow(() -> refusals.dateForm(sent));
        var timestamp = SignatureTime.format(time);
        if (!timestamp.startsWith(signature.date() + "T")) {
            throw refusals.otherDay(signature.date(), timestamp);
        }
        if (!signature.signedHeaders().contains("host")) {
            throw refusals.hostNotSigned();
        }
        requireCurrent(time, life(exchange, signature), refusals);
        requireSession(exchange, signature, key, refusals);
        return new SignatureClaim(signingKeys, exchange, signature, key.secret(), timestamp, refusals);
    }

    private void requireCurrent(Instant time, Duration life, SignatureRefusals refusals) {
        var now = clock.instant();
        if (time.isBefore(now.minus(life))) {
            throw refusals.expired(SignatureTime.format(time), now, life);
        }
        if (time.isAfter(now.plus(SKEW))) {
            throw refusals.notYetCurrent(SignatureTime.format(time), now, SKEW);
        }
    }

    private static Duration life(HttpExchange exchange, SignatureV4 signature) {
        if (!signature.presigned()) {
            return SKEW;
        }
        return QueryString.parse(exchange.rawQuery())
                .first("X-Amz-Expires")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Long::parseLong)
                .filter(seconds -> seconds <= LONGEST_PRESIGNED_SECONDS)
                .map(Duration::ofSeconds)
                .orElse(SKEW);
    }

    private void requireSession(
            HttpExchange exchange, SignatureV4 signature, KnownKey key, SignatureRefusals refusals) {
        var session = key.session();
        if (session == null) {
            return;
        }
        var token = signature.presigned()
                ? QueryString.parse(exchange.rawQuery()).first("X-Amz-Security-Token")
                : exchange.headers().first("X-Amz-Security-Token");
        if (!MessageDigest.isEqual(
                token.orElse("").getBytes(UTF_8), session.token().getBytes(UTF_8))) {
            throw refusals.unrecognized();
        }
        if (!clock.instant().isBefore(session.expiration())) {
            throw refusals.tokenExpired();
        }
    }
}
