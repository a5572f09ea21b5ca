package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.code.CodeStore;
import dev.boda.function.FunctionRecord;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHandler;
import dev.boda.http.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Where a function's code, or a layer's, is downloaded: `Code.Location` and `Content.Location` are an address on the
/// host that the request came to, good for ten minutes as AWS's is, and for that code only. Whoever has it
/// needs no other credentials.
///
///     http://HOST/_boda/code/DIGEST?expires=EPOCH_SECONDS&token=HMAC
public final class CodeDownloads implements HttpHandler {

    /// The beginning of the paths that this serves.
    public static final String PREFIX = "/_boda/code/";

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html>
    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern PATH = Pattern.compile(Pattern.quote(PREFIX) + "([0-9a-f]{64})");
    private static final Pattern QUERY = Pattern.compile("expires=([0-9]{1,18})&token=([0-9a-f]{64})");

    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final CodeStore code;
    private final InstantSource clock;
    private final SecretKeySpec key;

    /// @param secret signs the addresses; random bytes, other ones at every start
    public CodeDownloads(CodeStore code, InstantSource clock, byte[] secret) {
        this.code = code;
        this.clock = clock;
        this.key = new SecretKeySpec(secret, ALGORITHM);
    }

    /// An address of the function's code, as the caller can reach it; of a folder, which only this machine's reach, its
    /// path.
    String location(FunctionRecord function, ApiCall call) {
        var code = function.code();
        return code.folder().map(CodeDownloads::fileUrl).orElseGet(() -> location(code.digest(), call));
    }

    private static String fileUrl(String folder) {
        try {
            return new URI("file", "", folder, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Every absolute path makes an address", e);
        }
    }

    /// An address of the package with this digest.
    String location(String digest, ApiCall call) {
        var host = call.exchange().headers().first("Host").orElse("localhost");
        var expires = String.valueOf(clock.instant().plus(LIFE).getEpochSecond());
        return "http://" + host + PREFIX + digest + "?expires=" + expires + "&token=" + token(digest, expires);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var path = PATH.matcher(exchange.rawPath());
        var query = QUERY.matcher(exchange.rawQuery());
        if (!path.matches() || !query.matches() || !permitted(path.group(1), query.group(1), query.group(2))) {
            refuse(exchange, FORBIDDEN, "AccessDenied", "The address is not valid or has expired.");
            return;
        }
        send(exchange, path.group(1));
    }

    private boolean permitted(String digest, String expires, String token) {
        boolean ours = MessageDigest.isEqual(
                token(digest, expires).getBytes(StandardCharsets.US_ASCII), token.getBytes(StandardCharsets.US_ASCII));
        return ours && clock.instant().getEpochSecond() <= Long.parseLong(expires);
    }

    private void send(HttpExchange exchange, String digest) throws IOException {
        try (var zip = code.open(digest)) {
            var headers = HttpHeaders.of("Content-Type", "application/zip");
            try (var body = exchange.respondInPieces(OK, headers)) {
                zip.transferTo(body);
            }
        } catch (NoSuchFileException _) {
            refuse(exchange, NOT_FOUND, "NoSuchKey", "The code has been replaced since.");
        }
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        var body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message
                + "</Message></Error>";
        exchange.respond(
                status, HttpHeaders.of("Content-Type", "application/xml"), body.getBytes(StandardCharsets.UTF_8));
    }

    private String token(String digest, String expires) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            var text = digest + "\n" + expires;
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }
}
