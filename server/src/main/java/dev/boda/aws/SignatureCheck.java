package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HttpExchange;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;

/// Whether a caller is who it says. Signatures of known keys are verified; callers without a signature or with a key
/// that is not known pass, unless credentials are required.
final class SignatureCheck {

    /// How far a caller's clock may be off, and how long a signature holds.
    private static final Duration SKEW = Duration.ofMinutes(5);

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>
    private static final long LONGEST_PRESIGNED_SECONDS = 604_800;

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

    /// A signature that was meant to be one and cannot be read as one.
    private static void requireReadable(HttpExchange exchange, SignatureRefusals refusals) {
        var authorization = exchange.headers().first("Authorization").orElse("");
        if (authorization.startsWith(SignatureV4.ALGORITHM)) {
            requireParts(authorization, refusals);
            throw refusals.credentialForm(SignatureV4.part(authorization, "Credential="));
        }
        if (authorization.isEmpty() && exchange.rawQuery().contains("X-Amz-Credential=")) {
            var query = QueryString.parse(exchange.rawQuery());
            if (query.first("X-Amz-Algorithm")
                    .filter(SignatureV4.ALGORITHM::equals)
                    .isEmpty()) {
                throw refusals.incompleteQuery("X-Amz-Algorithm");
            }
            throw refusals.credentialForm(query.first("X-Amz-Credential").orElse(""));
        }
    }

    private static void requireParts(String authorization, SignatureRefusals refusals) {
        var missing = new ArrayList<String>();
        for (var part : new String[] {"Credential", "Signature", "SignedHeaders"}) {
            if (SignatureV4.part(authorization, part + "=").isEmpty()) {
                missing.add(part);
            }
        }
        if (!missing.isEmpty()) {
            throw refusals.incompleteHeader(authorization, missing);
        }
    }

    private SignatureClaim claim(
            HttpExchange exchange, SignatureV4 signature, KnownKey key, SignatureRefusals refusals) {
        var authorization = exchange.headers().first("Authorization").orElse("");
        if (!signature.presigned()) {
            requireParts(authorization, refusals);
        } else if (signature.signature().isEmpty()) {
            throw refusals.incompleteQuery("X-Amz-Signature");
        } else if (signature.signedHeaders().isEmpty()) {
            throw refusals.incompleteQuery("X-Amz-SignedHeaders");
        }
        var sent = SignatureTime.sent(exchange, signature.presigned())
                .orElseThrow(() -> signature.presigned()
                        ? refusals.incompleteQuery("X-Amz-Date")
                        : refusals.noDate(authorization));
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
