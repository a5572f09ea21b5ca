package dev.boda.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signature Version 4 as AWS's SDKs make it: the payload is hashed and the request signed every time it is sent; the
/// signing key is kept for the day. For one thread.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
public final class Signer {

    private static final String ALGORITHM = "HmacSHA256";
    private static final HexFormat HEX = HexFormat.of();

    private final String accessKey;
    private final String secret;
    private final String region;
    private final String service;
    private final MessageDigest digest;
    private final Mac mac;
    private String keyDate = "";

    /// @param service the signing name: `lambda`
    public Signer(String accessKey, String secret, String region, String service) {
        this.accessKey = accessKey;
        this.secret = secret;
        this.region = region;
        this.service = service;
        try {
            digest = MessageDigest.getInstance("SHA-256");
            mac = Mac.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /// The `Authorization` header of `request`.
    ///
    /// @param host      of the Host header
    /// @param timestamp of the X-Amz-Date header: `20261121T125802Z`
    public String authorization(Request request, String host, String timestamp) {
        var path = request.path();
        int query = path.indexOf('?');
        var canonical = new StringBuilder(256)
                .append(request.method())
                .append('\n')
                .append(path, 0, query < 0 ? path.length() : query)
                .append('\n')
                .append(path, query < 0 ? path.length() : query + 1, path.length())
                .append('\n');
        var headers = new TreeMap<String, String>();
        headers.put("host", host);
        headers.put("x-amz-date", timestamp);
        request.headers().forEach(header -> headers.put(header.name(), header.value()));
        headers.forEach((name, value) ->
                canonical.append(name).append(':').append(value).append('\n'));
        var names = String.join(";", headers.keySet());
        canonical.append('\n').append(names).append('\n').append(HEX.formatHex(digest.digest(request.body())));

        var date = timestamp.substring(0, 8);
        var scope = date + "/" + region + "/" + service + "/aws4_request";
        var toSign = "AWS4-HMAC-SHA256\n" + timestamp + "\n" + scope + "\n"
                + HEX.formatHex(digest.digest(canonical.toString().getBytes(ISO_8859_1)));
        useKeyOf(date);
        return "AWS4-HMAC-SHA256 Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + names + ", Signature="
                + HEX.formatHex(mac.doFinal(toSign.getBytes(ISO_8859_1)));
    }

    private void useKeyOf(String date) {
        if (date.equals(keyDate)) {
            return;
        }
        byte[] key = hmac(("AWS4" + secret).getBytes(UTF_8), date);
        key = hmac(key, region);
        key = hmac(key, service);
        use(hmac(key, "aws4_request"));
        keyDate = date;
    }

    private byte[] hmac(byte[] key, String text) {
        use(key);
        return mac.doFinal(text.getBytes(UTF_8));
    }

    private void use(byte[] key) {
        try {
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The key is no key", e);
        }
    }
}
