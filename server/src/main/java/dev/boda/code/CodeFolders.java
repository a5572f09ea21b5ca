package dev.boda.code;

import dev.boda.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Where the engine finds the code of a version.
public interface CodeFolders {

    /// The folder of this machine into which the packages were unpacked, the later over the earlier, unpacking them now
    /// if they are not there (single-flight). It will not vanish before it is closed.
    ///
    /// @param codeDigests one, or several that are merged
    /// @throws CodeUnusableException if there is no such package, or it is damaged
    /// @throws IOException           if the disk does not allow it now
    CodeFolder unpacked(List<String> codeDigests) throws IOException, InterruptedException;

    /// The same for one package.
    default CodeFolder unpacked(String codeDigest) throws IOException, InterruptedException {
        return unpacked(List.of(codeDigest));
    }

    /// The folder of this machine that is itself a function's code, as it is now: it may change and vanish while it is
    /// used. Not to be confused with a package: nothing was uploaded.
    ///
    /// @param path absolute
    /// @throws LiveFolderException if it may not be used, or is not there
    default CodeFolder live(String path) throws LiveFolderException {
        throw new LiveFolderException("No folder is used as code here.");
    }

    /// What stands for the packages together where digests name what is in use: of one, its own.
    static String digestOf(List<String> codeDigests) {
        return codeDigests.size() == 1
                ? codeDigests.getFirst()
                : Digest.of(("merged\n" + String.join("\n", codeDigests)).getBytes(StandardCharsets.US_ASCII))
                        .hex();
    }
}
