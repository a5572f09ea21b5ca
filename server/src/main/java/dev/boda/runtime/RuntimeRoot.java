package dev.boda.runtime;

import java.nio.file.Path;

/// A root file system that was added for a runtime.
///
/// @param id       AWS's id, which it is exactly
/// @param language as in [KnownRuntime#language()]
/// @param version  the interpreter's own word, `3.12.1`
/// @param program  the interpreter, a path inside
/// @param folder   where the root is on this machine
/// @param source   where it was brought from, as it was named
/// @param digest   64 hexadecimal digits of its image's manifest; empty for a folder that is used in place
public record RuntimeRoot(
        String id, String language, String version, String program, Path folder, String source, String digest) {

    /// As what a machine has itself.
    Interpreter interpreter() {
        return new Interpreter(language, version, folder.resolve("." + program).normalize());
    }
}
