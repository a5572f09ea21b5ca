package dev.boda.image;

import dev.boda.store.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An image in a registry, by the Distribution API
/// (<https://github.com/opencontainers/distribution-spec/blob/main/spec.md>), with a token for everybody where the
/// registry wants one (<https://distribution.github.io/distribution/spec/auth/token/>). Of the JDK's clients the one
/// that limits how long each read waits: a connection that brings nothing any more does not hold a pull forever.
final class Registry implements ImageSource {

    private static final int CONNECT_MILLIS = (int) Duration.ofSeconds(20).toMillis();
    private static final int SILENCE_MILLIS = (int) Duration.ofSeconds(60).toMillis();
    private static final int MOST_REDIRECTS = 5;
    private static final int MOST_TOKEN_BYTES = 1 << 20;
    private static final Pattern PARAMETER = Pattern.compile("([a-z]+)=\"([^\"]*)\"");
    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");

    private final ImageReference reference;
    private @Nullable String token;

    Registry(ImageReference reference) {
        this.reference = reference;
    }

    @Override
    public byte[] manifest() throws IOException {
        var version = reference.version();
        var bytes = manifest(version);
        if (version.startsWith("sha256:") && !version.equals("sha256:" + Digest.of(bytes))) {
            throw new ImageRefusedException("The registry gave another manifest than " + version + ".");
        }
        return bytes;
    }

    @Override
    public byte[] manifest(Descriptor manifest) throws IOException {
        return manifest("sha256:" + manifest.digest());
    }

    private byte[] manifest(String version) throws IOException {
        var connection = get(reference.url("manifests", version), 0);
        try (var body = connection.getInputStream()) {
            var bytes = body.readNBytes(MOST_JSON_BYTES + 1);
            if (bytes.length > MOST_JSON_BYTES) {
                throw new ImageRefusedException("The image's manifest is larger than 4 MB.");
            }
            return bytes;
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public InputStream blob(Descriptor blob, long from) throws IOException {
        var connection = get(reference.url("blobs", "sha256:" + blob.digest()), from);
        var body = connection.getInputStream();
        if (from > 0 && connection.getResponseCode() != HttpURLConnection.HTTP_PARTIAL) {
            body.skipNBytes(from);
        }
        return new FilterInputStream(body) {
            @Override
            public void close() {
                // Without reading the rest of what is not wanted any more.
                connection.disconnect();
            }
        };
    }

    /// An answer with what was asked for, its body unread.
    private HttpURLConnection get(String url, long from) throws IOException {
        var connection = request(url, from);
        if (connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED && token == null) {
            token = token(Optional.ofNullable(connection.getHeaderField("WWW-Authenticate"))
                    .orElse(""));
            connection.disconnect();
            connection = request(url, from);
        }
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK || status == HttpURLConnection.HTTP_PARTIAL) {
            return connection;
        }
        connection.disconnect();
        throw switch (status) {
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN ->
                new ImageRefusedException(reference.registry() + " does not give " + reference
                        + " to everybody, or it does not exist; Boda has no credentials for registries. Give it as an"
                        + " archive, which 'docker save' or 'skopeo copy' make.");
            case HttpURLConnection.HTTP_NOT_FOUND ->
                new ImageRefusedException(reference.registry() + " has no " + reference + ".");
            default -> new IOException(reference.registry() + " answered " + status + " for " + url);
        };
    }

    /// Follows redirections, as registries make them to where they keep their parts; the token is for the registry
    /// only.
    private HttpURLConnection request(String url, long from) throws IOException {
        var place = URI.create(url);
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            var connection = open(place);
            if (from > 0) {
                connection.setRequestProperty("Range", "bytes=" + from + "-");
            }
            connection.setRequestProperty("Accept", url.contains("/manifests/") ? MANIFESTS : "*/*");
            if (token != null && place.getRawAuthority().equals(reference.registry())) {
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            boolean redirects = status(connection) / 100 == 3;
            var location = redirects ? connection.getHeaderField("Location") : null;
            if (location == null) {
                return connection;
            }
            connection.disconnect();
            place = place.resolve(location);
        }
        throw new ImageRefusedException(reference.registry() + " redirects without end for " + url + ".");
    }

    private HttpURLConnection open(URI place) throws IOException {
        var scheme = Optional.ofNullable(place.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        if (place.getHost() == null || !(scheme.equals("https") || (scheme.equals("http") && reference.plain()))) {
            throw new ImageRefusedException(reference.registry() + " leads to " + place + ", which is no https.");
        }
        var connection = (HttpURLConnection) place.toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "boda");
        // A body in another encoding would have another digest.
        connection.setRequestProperty("Accept-Encoding", "identity");
        return connection;
    }

    private static int status(HttpURLConnection connection) throws IOException {
        try {
            return connection.getResponseCode();
        } catch (UnknownHostException e) {
            throw new IOException(
                    "The name " + connection.getURL().getHost()
                            + " is not known here. Without a network, give the image" + " as an archive or a folder",
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "Nothing was heard from " + connection.getURL().getAuthority() + " (" + e.getMessage() + ")", e);
        }
    }

    /// What the registry's word of refusal says how to get.
    private String token(String challenge) throws IOException {
        if (!challenge.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            throw new ImageRefusedException(reference.registry() + " wants a kind of credentials that Boda does not"
                    + " have ('" + challenge + "'). Give the image as an archive, which 'docker save' or 'skopeo copy'"
                    + " make.");
        }
        var realm = "";
        var query = new StringJoiner("&");
        var parameters = PARAMETER.matcher(challenge);
        while (parameters.find()) {
            var value = parameters.group(2);
            switch (parameters.group(1)) {
                case "realm" -> realm = value;
                case "service", "scope" ->
                    query.add(parameters.group(1) + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
                default -> {
                    // Of errors, for people.
                }
            }
        }
        var url = realm + (realm.contains("?") ? "&" : "?") + query;
        var connection = open(URI.create(url));
        if (status(connection) != HttpURLConnection.HTTP_OK) {
            throw new ImageRefusedException(
                    "The registry's own place for tokens, " + url + ", answered " + status(connection) + ".");
        }
        try (var body = connection.getInputStream()) {
            var json = ImageManifest.json(body.readNBytes(MOST_TOKEN_BYTES), "registry's token");
            return json.path("token").asString(json.path("access_token").asString(""));
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public void close() {}
}
