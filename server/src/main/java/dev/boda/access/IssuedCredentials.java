package dev.boda.access;

import dev.boda.aws.Arn;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// The temporary credentials that this server has issued and not yet forgotten. They live in memory: an environment
/// does not outlive its server, nor do its credentials.
public final class IssuedCredentials implements RoleCredentials {

    /// Longer than an environment may grow old.
    private static final Duration LIFE = Duration.ofHours(12);

    /// Of AWS's key ids: base 32.
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static final int SECRET_BYTES = 30;
    private static final int TOKEN_BYTES = 270;

    private static final Principal LAMBDA = new Principal.AwsService("lambda.amazonaws.com");

    /// Whose a key is.
    ///
    /// @param account whose functions and logs it finds, 12 digits
    public record Session(String account, Principal.RoleSession principal, Credentials credentials) {}

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final OwnAccess access;
    private final RandomGenerator random;
    private final InstantSource clock;

    /// @param access asked whether Lambda may assume a role
    /// @param random must be unpredictable: secrets come from it
    public IssuedCredentials(OwnAccess access, RandomGenerator random, InstantSource clock) {
        this.access = access;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public Credentials issue(String account, String roleArn, String sessionName) {
        var role = Arn.parse(roleArn).orElseThrow(() -> new IllegalArgumentException(roleArn + " is no ARN"));
        if (!access.allows(LAMBDA, "sts:AssumeRole", roleArn, "")) {
            throw new RoleRefusedException();
        }
        var credentials = new Credentials(
                "ASIA" + keyCharacters(16),
                secret(SECRET_BYTES),
                secret(TOKEN_BYTES),
                clock.instant().plus(LIFE));
        sessions.put(
                credentials.accessKeyId(),
                new Session(account, new Principal.RoleSession(role, sessionName), credentials));
        return credentials;
    }

    @Override
    public void revoke(Credentials credentials) {
        sessions.remove(credentials.accessKeyId());
    }

    /// The session that a key was issued for, if it was issued here and is not forgotten.
    public Optional<Session> find(String accessKeyId) {
        return Optional.ofNullable(sessions.get(accessKeyId));
    }

    private String keyCharacters(int count) {
        var text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private String secret(int bytes) {
        var content = new byte[bytes];
        random.nextBytes(content);
        return Base64.getEncoder().encodeToString(content);
    }
}
