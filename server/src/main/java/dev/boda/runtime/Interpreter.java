package dev.boda.runtime;

import java.nio.file.Path;

/// An interpreter that ran and told its version.
///
/// @param language `python` or `nodejs`
/// @param version  `3.12.1`
/// @param path     its executable file, links resolved
public record Interpreter(String language, String version, Path path) {}
