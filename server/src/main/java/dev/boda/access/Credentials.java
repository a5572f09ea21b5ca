package dev.boda.access;

import java.time.Instant;

/// Temporary credentials of a role, as AWS's STS shapes them.
public record Credentials(String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {

    @Override
    public String toString() {
        return "Credentials[" + accessKeyId + "]";
    }
}
