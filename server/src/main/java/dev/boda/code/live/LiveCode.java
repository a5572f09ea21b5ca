package dev.boda.code.live;

import dev.boda.code.CodeFolder;
import dev.boda.code.CodeFolders;
import dev.boda.code.LiveFolderException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Code of both kinds: packages, and folders of this machine, which are watched for as long as somebody holds them.
///
/// @param packages has what was uploaded
/// @param allowed  the folders that may be code, asked each time: what a path leads to may have changed
public record LiveCode(CodeFolders packages, LiveFolders allowed, FolderWatch watch) implements CodeFolders {

    @Override
    public CodeFolder unpacked(List<String> codeDigests) throws IOException, InterruptedException {
        return packages.unpacked(codeDigests);
    }

    /// Held before anything is read from it: what changes from then on is seen.
    @Override
    public CodeFolder live(String path) throws LiveFolderException {
        var folder = allowed.check(path);
        var named = Path.of(path);
        watch.hold(named);
        return new CodeFolder(folder, () -> watch.release(named));
    }
}
