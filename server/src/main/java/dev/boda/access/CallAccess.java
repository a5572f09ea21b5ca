package dev.boda.access;

import dev.boda.aws.AccessGate;
import dev.boda.aws.ApiCall;
import dev.boda.aws.Arn;
import dev.boda.aws.AskedAccess;
import dev.boda.aws.Caller;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The calls of AWS's APIs as access requests: finds out who asks, and asks the authorizer.
public final class CallAccess implements AccessGate {

    private final Authorizer authorizer;
    private final IssuedCredentials issued;
    private final Predicate<String> lasting;
    private final InstantSource clock;

    /// @param lasting whether an access key id is known and does not end
    public CallAccess(Authorizer authorizer, IssuedCredentials issued, Predicate<String> lasting, InstantSource clock) {
        this.authorizer = authorizer;
        this.issued = issued;
        this.lasting = lasting;
        this.clock = clock;
    }

    @Override
    public Optional<String> refused(AskedAccess asked) {
        var principal = principal(asked.call().caller());
        return allows(principal, asked) ? Optional.empty() : Optional.of(principal.name());
    }

    /// Whether `principal` may do what a call asks for.
    public boolean allows(Principal principal, AskedAccess asked) {
        var request = new AccessRequest(
                principal,
                asked.call().caller().account(),
                asked.action(),
                asked.resource(),
                () -> conditions(principal, asked));
        return authorizer.allows(request);
    }

    /// Who calls.
    public Principal principal(Caller caller) {
        var key = caller.accessKeyId();
        if (key.isEmpty()) {
            return new Principal.Anonymous(caller.account());
        }
        var session = issued.find(key);
        if (session.isPresent()) {
            return session.get().principal();
        }
        var partition = Arn.partitionOf(caller.region());
        return lasting.test(key)
                ? new Principal.Root(partition, caller.account())
                : new Principal.Unverified(partition, caller.account(), key);
    }

    private Map<String, List<String>> conditions(Principal principal, AskedAccess asked) {
        var keys = new LinkedHashMap<>(principal.conditions());
        keys.putAll(ofCall(asked.call()));
        keys.putAll(asked.conditions().get());
        return keys;
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    private Map<String, List<String>> ofCall(ApiCall call) {
        var keys = new LinkedHashMap<String, List<String>>();
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        keys.put("aws:RequestedRegion", List.of(call.caller().region()));
        keys.put("aws:CurrentTime", List.of(now.toString()));
        keys.put("aws:EpochTime", List.of(Long.toString(now.getEpochSecond())));
        keys.put("aws:SourceIp", List.of(call.exchange().remote().getAddress().getHostAddress()));
        // Boda speaks HTTP.
        keys.put("aws:SecureTransport", List.of("false"));
        keys.put("aws:ViaAWSService", List.of("false"));
        keys.putAll(call.origin().conditions());
        call.exchange().headers().first("User-Agent").ifPresent(agent -> keys.put("aws:UserAgent", List.of(agent)));
        call.exchange().headers().first("Referer").ifPresent(page -> keys.put("aws:Referer", List.of(page)));
        return keys;
    }
}
