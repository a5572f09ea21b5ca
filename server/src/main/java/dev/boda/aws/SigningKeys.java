package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The keys that signatures of a day, a region and a service are made with. Deriving one takes four HMACs, so those in
/// use are kept.
final class SigningKeys {

    private static final String ALGORITHM = "HmacSHA256";

    /// More than the keys, regions and services of a day; all are forgotten when there are more.
    private static final int MOST = 1_000;

    private final Map<Scope, SecretKeySpec> keys = new ConcurrentHashMap<>();

    private record Scope(String secret, String date, String region, String service) {}

    /// The HMAC of `text` under the key of the signature's scope.
    byte[] sign(String secret, SignatureV4 signature, String text) {
        var scope = new Scope(secret, signature.date(), signature.region(), signature.service());
        var key = keys.get(scope);
        if (key == null) {
            key = derive(scope);
            if (keys.size() >= MOST) {
                keys.clear();
            }
            keys.put(scope, key);
        }
        return hmac(key, text);
    }

    private static SecretKeySpec derive(Scope scope) {
        var date = hmac(key(("AWS4" + scope.secret).getBytes(UTF_8)), scope.date);
        var region = hmac(key(date), scope.region);
        var service = hmac(key(region), scope.service);
        return key(hmac(key(service), SignatureV4.TERMINATOR));
    }

    private static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }
}
