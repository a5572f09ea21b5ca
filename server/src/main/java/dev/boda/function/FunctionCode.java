package dev.boda.function;

import dev.boda.code.CodeFolder;
import dev.boda.code.CodeFolders;
import dev.boda.store.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// The code of a function: a package, or a folder of this machine whose files are edited live.
///
/// @param digest       SHA-256 of the package, 64 hexadecimal digits; of a folder that of its path
/// @param sizeBytes    of the package as it was uploaded; 0 of a folder: it is not stored
/// @param architecture `x86_64` or `arm64`
/// @param folder       its absolute path, as it was named
public record FunctionCode(String digest, long sizeBytes, String architecture, Optional<String> folder) {

    public FunctionCode(String digest, long sizeBytes, String architecture) {
        this(digest, sizeBytes, architecture, Optional.empty());
    }

    /// Code in a folder.
    ///
    /// @param folder how many slashes stand at its end or together does not matter: it is compared with others
    public static FunctionCode in(String folder, String architecture) {
        var path = Path.of(folder).toString();
        var named = ("folder\n" + path).getBytes(StandardCharsets.UTF_8);
        return new FunctionCode(Digest.of(named).hex(), 0, architecture, Optional.of(path));
    }

    /// The digest as AWS shows it: `CodeSha256`.
    public String sha256Base64() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest));
    }

    /// Where it lies on this machine, until that is closed.
    ///
    /// @throws IOException as [CodeFolders] says
    public CodeFolder open(CodeFolders folders) throws IOException, InterruptedException {
        return folder.isPresent() ? folders.live(folder.get()) : folders.unpacked(digest);
    }
}
