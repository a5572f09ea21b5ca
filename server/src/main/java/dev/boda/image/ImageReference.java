package dev.boda.image;

import java.util.regex.Pattern;

/// The name of an image in a registry, as every tool writes it: `public.ecr.aws/lambda/python:3.12`,
/// `localhost:5000/mine@sha256:…`, `debian` (of Docker Hub). The grammar is that of
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>.
///
/// @param registry   host and port
/// @param repository the name there
/// @param version    a tag or a digest
/// @param plain      whether the registry is spoken to without TLS: it is on this machine, or the name began with
/// `http://`
public record ImageReference(String registry, String repository, String version, boolean plain) {

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.-]+(:\\d{1,5})?|\\[[0-9a-fA-F:]+](:\\d{1,5})?");
    private static final String NAME = "[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(NAME + "(/" + NAME + ")*");
    private static final Pattern VERSION = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}|sha256:[0-9a-f]{64}");
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1])(:\\d+)?");
    private static final int LONGEST_REPOSITORY = 255;
    private static final String PLAIN = "http://";
    private static final String DOCKER_HUB = "registry-1.docker.io";

    public static ImageReference parse(String text) throws ImageRefusedException {
        var name = text.startsWith(PLAIN) ? text.substring(PLAIN.length()) : text;
        int slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        var registry = named && !first.equals("docker.io") ? first : DOCKER_HUB;
        var rest = named ? name.substring(slash + 1) : name;
        int digest = rest.indexOf('@');
        int tag = rest.lastIndexOf(':', digest < 0 ? rest.length() : digest);
        var repository = rest.substring(0, tag >= 0 ? tag : digest >= 0 ? digest : rest.length());
        var version = digest >= 0 ? rest.substring(digest + 1) : tag >= 0 ? rest.substring(tag + 1) : "latest";
        if (registry.equals(DOCKER_HUB) && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        if (!HOST.matcher(registry).matches()
                || repository.length() > LONGEST_REPOSITORY
                || !REPOSITORY.matcher(repository).matches()
                || !VERSION.matcher(version).matches()) {
            throw new ImageRefusedException("'" + text + "' is no image's name, such as"
                    + " public.ecr.aws/lambda/python:3.12, and no path: those begin with / or with a dot.");
        }
        boolean plain = text.startsWith(PLAIN) || LOOPBACK.matcher(registry).matches();
        return new ImageReference(registry, repository, version, plain);
    }

    boolean isByDigest() {
        return version.startsWith("sha256:");
    }

    /// A place in the registry's API.
    String url(String kind, String what) {
        return (plain ? "http://" : "https://") + registry + "/v2/" + repository + "/" + kind + "/" + what;
    }

    @Override
    public String toString() {
        return registry + "/" + repository + (isByDigest() ? "@" : ":") + version;
    }
}
