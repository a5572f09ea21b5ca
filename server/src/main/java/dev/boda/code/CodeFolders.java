package dev.boda.code;

import java.io.IOException;

/// Where the engine finds the code of a version.
public interface CodeFolders {

    /// The folder of this machine into which the package was unpacked, unpacking it now if it is not there
    /// (single-flight). It will not vanish before it is closed.
    ///
    /// @throws IOException if there is no such package, or it cannot be unpacked
    CodeFolder unpacked(String codeDigest) throws IOException, InterruptedException;
}
