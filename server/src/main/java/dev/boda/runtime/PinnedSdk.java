package dev.boda.runtime;

import dev.boda.sandbox.SandboxSpec.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// AWS's SDK for a language, from a version of its interpreters on, as `runtimes/sdks` pins it.
///
/// @param id      the oldest version that it is for: `python3.10`, `nodejs18`
/// @param release `boto3 1.44.5`
/// @param folder  where it is, once `tools/sdks.py` has brought it whole
public record PinnedSdk(String id, String release, Path folder) {

    /// Where AWS has its own interpreter of Python, and the packages that come with it.
    static final String PYTHON_FOLDER = "/var/lang";

    /// Its place in a root that has an interpreter of its own there.
    static final String PYTHON_FOLDER_OF_ROOTS = "/var/boda-sdk";

    private static final String NODE_PACKAGES = "node_modules";
    private static final String RUNTIME_FOLDER = "/var/runtime/";

    /// Whether it is on this machine. Asked at every cold start: it may be brought, or removed, at any time.
    public boolean isHere() {
        return Files.isDirectory(folder);
    }

    /// Whether it is for an interpreter of this version, though another one may be for it too.
    boolean isFor(Language language, Language.Version version) {
        return id.startsWith(language.id()) && !oldest(language).isNewerThan(version);
    }

    Language.Version oldest(Language language) {
        return language.versionOf(id.substring(language.id().length()));
    }

    /// Puts it where AWS has it.
    ///
    /// @param pythonFolder where Python's goes
    Mount mount(Language language, String pythonFolder) {
        return switch (language) {
            case PYTHON -> new Mount(folder, pythonFolder, true);
            case NODEJS -> new Mount(folder.resolve(NODE_PACKAGES), RUNTIME_FOLDER + NODE_PACKAGES, true);
            case JAVA, RUBY -> throw new IllegalStateException("No SDK is pinned for " + language.displayName());
        };
    }

    /// The folders inside that a language must be told of: Node.js's is on `NODE_PATH` whether it is there or not.
    static List<String> toldFolders(Language language, Language.Version version, String pythonFolder) {
        return switch (language) {
            case PYTHON ->
                List.of(pythonFolder + "/lib/python" + version.major() + "." + version.minor() + "/site-packages");
            case JAVA, NODEJS, RUBY -> List.of();
        };
    }
}
