package dev.boda.aws;

import dev.boda.http.HttpExchange;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/// Who signed a request that is none of AWS's APIs, such as one of a function URL: only keys that are known sign.
public final class SignedCallers {

    private static final SignatureRefusals REFUSALS = new SignatureRefusals(403);

    private final Function<String, Optional<KnownKey>> keys;
    private final String account;
    private final SignatureCheck check;

    /// @param keys    by their access key id
    /// @param account of keys that are of no session: 12 digits
    public SignedCallers(Function<String, Optional<KnownKey>> keys, String account, InstantSource clock) {
        this.keys = keys;
        this.account = account;
        this.check = new SignatureCheck(keys, true, clock);
    }

    /// A caller whose signature is in order but for whether the secret made it, which its body tells.
    public static final class Signed {

        private final Caller caller;
        private final SignatureClaim claim;

        private Signed(Caller caller, SignatureClaim claim) {
            this.caller = caller;
            this.claim = claim;
        }

        public Caller caller() {
            return caller;
        }

        /// Throws AWS's refusal unless the request with this body was signed with the key's secret.
        public void prove(byte[] body) {
            claim.prove(body);
        }
    }

    /// Whoever signed for `service` in `region`, in the header or the query; empty if nobody tried to. Throws AWS's
    /// refusal of a signature that is none, of an unknown key, of another scope or of another time.
    public Optional<Signed> find(HttpExchange exchange, String service, String region) {
        var signature = SignatureV4.of(exchange);
        if (signature.isEmpty() && !SignatureCheck.isMeantToBeSigned(exchange)) {
            return Optional.empty();
        }
        var claim = check.check(exchange, signature, REFUSALS);
        if (claim.isEmpty() || signature.isEmpty()) {
            throw REFUSALS.missing();
        }
        var signed = signature.get();
        if (!signed.service().equals(service)) {
            throw REFUSALS.otherService(service);
        }
        if (!signed.region().equals(region)) {
            throw REFUSALS.otherRegion(signed.region());
        }
        var id = signed.accessKeyId();
        var owner = keys.apply(id)
                .map(KnownKey::session)
                .map(KnownKey.Session::account)
                .orElse(account);
        return Optional.of(new Signed(new Caller(owner, region, id), claim.get()));
    }
}
