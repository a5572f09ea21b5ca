package dev.boda.aws;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An access key whose secret this server knows, so that signatures made with it can be verified.
///
/// @param session of temporary credentials; none for a key that does not end
public record KnownKey(String secret, @Nullable Session session) {

    /// What comes with temporary credentials.
    ///
    /// @param account 12 digits
    /// @param token   that every request must carry
    public record Session(String account, String token, Instant expiration) {}

    @Override
    public String toString() {
        return session == null ? "KnownKey" : "KnownKey[" + session.account + "]";
    }
}
