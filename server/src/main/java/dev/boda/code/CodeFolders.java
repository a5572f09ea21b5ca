package dev.boda.code;

import java.io.IOException;
import java.nio.file.Path;

/// Where the engine finds the code of a version.
public interface CodeFolders {

    /// The folder of this machine into which the package was unpacked, unpacking it now if it is not there
    /// (single-flight). Its files are read-only and shared by all environments.
    Path unpacked(String codeDigest) throws IOException, InterruptedException;
}
