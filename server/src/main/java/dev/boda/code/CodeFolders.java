package dev.boda.code;

import java.io.IOException;

/// Where the engine finds the code of a version.
public interface CodeFolders {

    /// The folder of this machine into which the package was unpacked, unpacking it now if it is not there
    /// (single-flight). It will not vanish before it is closed.
    ///
    /// @throws CodeUnusableException if there is no such package, or it is damaged
    /// @throws IOException           if the disk does not allow it now
    CodeFolder unpacked(String codeDigest) throws IOException, InterruptedException;
}
