package dev.boda;

import dev.boda.access.IssuedCredentials;
import dev.boda.aws.KnownKey;
import java.util.Optional;

/// The access keys whose secrets this server knows: `test`, which AWS's local tools use, and those it has issued.
final class KnownKeys {

    private static final String TEST = "test";
    private static final KnownKey TEST_KEY = new KnownKey(TEST, null);

    private final IssuedCredentials issued;

    KnownKeys(IssuedCredentials issued) {
        this.issued = issued;
    }

    Optional<KnownKey> find(String accessKeyId) {
        return accessKeyId.equals(TEST) ? Optional.of(TEST_KEY) : findIssued(accessKeyId);
    }

    /// Of those that it has issued: what opens the door inside an environment.
    Optional<KnownKey> findIssued(String accessKeyId) {
        return issued.find(accessKeyId).map(KnownKeys::known);
    }

    /// Whether a key is known and does not end.
    boolean isLasting(String accessKeyId) {
        return accessKeyId.equals(TEST);
    }

    private static KnownKey known(IssuedCredentials.Session session) {
        var credentials = session.credentials();
        return new KnownKey(
                credentials.secretAccessKey(),
                new KnownKey.Session(session.account(), credentials.sessionToken(), credentials.expiration()));
    }
}
