package dev.boda.access;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What Boda does by itself, in the name of a role or as a service of AWS, asked for like the calls of others.
public final class OwnAccess {

    private final Authorizer authorizer;
    private final InstantSource clock;

    public OwnAccess(Authorizer authorizer, InstantSource clock) {
        this.authorizer = authorizer;
        this.clock = clock;
    }

    /// Whether `principal` may do `action` with `resource`.
    ///
    /// @param region of the call; empty where the service has none (IAM, STS)
    public boolean allows(Principal principal, String action, String resource, String region) {
        return authorizer.allows(new AccessRequest(principal, action, resource, () -> conditions(principal, region)));
    }

    private Map<String, List<String>> conditions(Principal principal, String region) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        var keys = new LinkedHashMap<>(principal.conditions());
        if (!region.isEmpty()) {
            keys.put("aws:RequestedRegion", List.of(region));
        }
        keys.put("aws:CurrentTime", List.of(now.toString()));
        keys.put("aws:EpochTime", List.of(Long.toString(now.getEpochSecond())));
        return keys;
    }
}
