package dev.boda.code;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the name of a zip's entry as a path below the folder it is unpacked into. A name that leads elsewhere, or
/// would on another system, is refused, not corrected.
final class EntryName {

    /// Longest name of a file on Linux, in bytes.
    private static final int LONGEST_PART = 255;

    /// Longest name of an entry, in bytes: Linux's 4,096 less room for the folder it is unpacked into.
    private static final int LONGEST_NAME = 3_072;

    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:[/\\\\].*", Pattern.DOTALL);

    private EntryName() {}

    /// The names of the folders on the way, and the last one. None for the folder itself (`./`).
    static List<String> parts(String name) {
        if (name.startsWith("/") || name.startsWith("\\") || DRIVE.matcher(name).matches()) {
            throw new InvalidPackageException("An entry's name is an absolute path: " + name);
        }
        if (name.indexOf('\0') >= 0) {
            throw new InvalidPackageException("An entry's name holds a NUL.");
        }
        if (bytes(name) > LONGEST_NAME) {
            throw new InvalidPackageException("An entry's name is longer than " + LONGEST_NAME + " bytes.");
        }
        var parts = new ArrayList<String>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..") || part.startsWith("..\\")) {
                throw new InvalidPackageException("An entry's name leads upwards: " + name);
            }
            if (bytes(part) > LONGEST_PART) {
                throw new InvalidPackageException("A file's name is longer than " + LONGEST_PART + " bytes.");
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
