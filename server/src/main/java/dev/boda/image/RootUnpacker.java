package dev.boda.image;

import dev.boda.store.Digest;
import dev.boda.store.Trees;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/// Makes a root file system of an image's layers, each over those before it, as
/// <https://github.com/opencontainers/image-spec/blob/main/layer.md> says.
///
/// Every name and every link is followed inside the root ([RootPaths]); devices, pipes and set-user-id bits are left
/// out. Owners are kept where the server's user may give files away, which is root. Folders get their modes at the end,
/// so that none stands in the way of what comes into it.
final class RootUnpacker {

    /// As many bytes as an image may have on AWS, unpacked:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    static final long MOST_BYTES = 10L << 30;

    static final int MOST_ENTRIES = 1_000_000;

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int PERMISSIONS = 01777;
    private static final int OWNER_READS = 0400;
    private static final int OWNER_ENTERS = 0700;
    private static final int[] GZIP = {0x1f, 0x8b};
    private static final int[] ZSTANDARD = {0x28, 0xb5, 0x2f, 0xfd};

    private final Path root;
    private final boolean givesAway;
    private final Map<Path, TarArchiveEntry> folders = new HashMap<>();
    private final Whiteouts whiteouts = new Whiteouts();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bytesLeft = MOST_BYTES;
    private int entriesLeft = MOST_ENTRIES;

    /// @param root an empty folder of this user
    RootUnpacker(Path root) throws IOException {
        this.root = root;
        this.givesAway =
                Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS) instanceof Integer uid && uid == 0;
    }

    /// Lays a layer over what is there. When it throws, part of it may be there.
    ///
    /// @param layer  a tar, or one in gzip's form
    /// @param digest of the tar, if it is known
    void add(InputStream layer, @Nullable Digest digest) throws IOException {
        try {
            var counted = new MeasuredStream(tar(new BufferedInputStream(layer, BUFFER_BYTES)), bytesLeft);
            whiteouts.beginLayer();
            try (var tar = new TarArchiveInputStream(counted, "UTF-8")) {
                for (var entry = next(tar); entry != null; entry = next(tar)) {
                    if (--entriesLeft < 0) {
                        throw new ImageRefusedException("The image has more than " + MOST_ENTRIES + " files.");
                    }
                    add(entry, tar);
                }
                counted.readToEnd();
            }
            bytesLeft -= counted.count();
            if (digest != null && !counted.digest().equals(digest)) {
                throw new ImageRefusedException(
                        "A layer has another digest unpacked than the image says, sha256:" + digest + ".");
            }
        } catch (EOFException | ZipException | IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
        try {
            return tar.getNextEntry();
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private static int read(TarArchiveInputStream tar, byte[] buffer) throws IOException {
        try {
            return tar.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw damaged(e);
        }
    }

    private static ImageRefusedException damaged(Exception cause) {
        return cause instanceof ImageRefusedException refused
                ? refused
                : new ImageRefusedException("A layer is cut off or damaged: " + cause.getMessage(), cause);
    }

    private static InputStream tar(BufferedInputStream layer) throws IOException {
        if (startsWith(layer, ZSTANDARD)) {
            throw new ImageRefusedException("A layer is compressed by zstd, which this version of Boda does not read:"
                    + " take the image with gzip's layers, as 'skopeo copy' or 'docker save' make them.");
        }
        return startsWith(layer, GZIP) ? new GZIPInputStream(layer, BUFFER_BYTES) : layer;
    }

    private static boolean startsWith(BufferedInputStream stream, int[] magic) throws IOException {
        stream.mark(magic.length);
        boolean same = true;
        for (int wanted : magic) {
            same &= stream.read() == wanted;
        }
        stream.reset();
        return same;
    }

    private void add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
        var name = entry.getName();
        if (("/" + name + "/").contains("/../") || name.indexOf('\0') >= 0) {
            throw new ImageRefusedException("A layer names a file outside its root: '" + name + "'.");
        }
        var place = RootPaths.place(root, name);
        if (place.equals(root)) {
            if (entry.isDirectory()) {
                folders.put(root, entry);
            }
            return;
        }
        makeParent(place);
        if (whiteouts.take(place)) {
            return;
        }
        if (entry.isDirectory()) {
            addFolder(entry, place);
        } else if (entry.isSymbolicLink()) {
            make(place);
            Files.createSymbolicLink(place, Path.of(entry.getLinkName()));
            give(entry, place);
        } else if (entry.isLink()) {
            addHardLink(entry, place);
        } else if (entry.isFile() && !isSpecial(entry)) {
            addFile(entry, tar, place);
        }
    }

    private static boolean isSpecial(TarArchiveEntry entry) {
        return entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
    }

    /// A folder above that no layer names, or that is a file in a lower one.
    private void makeParent(Path place) throws IOException {
        var parent = place.resolveSibling("");
        if (!Trees.isFolder(parent)) {
            makeParent(parent);
            make(parent);
            Files.createDirectory(parent);
        }
    }

    /// Makes room: what is there goes, and is of this layer from now on.
    private void make(Path place) throws IOException {
        if (Trees.isFolder(place)) {
            folders.keySet().removeIf(folder -> folder.startsWith(place));
        }
        Trees.delete(place);
        whiteouts.written(place);
    }

    private void addFolder(TarArchiveEntry entry, Path place) throws IOException {
        if (!Trees.isFolder(place)) {
            make(place);
            Files.createDirectory(place);
        }
        whiteouts.written(place);
        folders.put(place, entry);
    }

    private void addHardLink(TarArchiveEntry entry, Path place) throws IOException {
        var target = RootPaths.place(root, entry.getLinkName());
        if (!target.startsWith(root) || !Trees.exists(target) || Trees.isFolder(target)) {
            throw new ImageRefusedException("A layer links " + entry.getName() + " to '" + entry.getLinkName()
                    + "', which is no file of the image.");
        }
        if (!target.equals(place)) {
            make(place);
            Files.createLink(place, target);
        }
    }

    private void addFile(TarArchiveEntry entry, TarArchiveInputStream tar, Path place) throws IOException {
        if (!tar.canReadEntryData(entry)) {
            throw new ImageRefusedException("A layer has a file in a form that Boda does not read: " + entry.getName());
        }
        make(place);
        try (var file = Files.newOutputStream(place, StandardOpenOption.CREATE_NEW)) {
            for (int count = read(tar, buffer); count >= 0; count = read(tar, buffer)) {
                file.write(buffer, 0, count);
            }
        }
        give(entry, place);
        int mode = entry.getMode() & PERMISSIONS;
        Files.setAttribute(place, "unix:mode", givesAway ? mode : mode | OWNER_READS);
        // Python trusts what it compiled by the time of the source.
        Files.setLastModifiedTime(place, entry.getLastModifiedTime());
    }

    private void give(TarArchiveEntry entry, Path place) throws IOException {
        if (givesAway) {
            Files.setAttribute(place, "unix:uid", id(entry.getLongUserId()), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(place, "unix:gid", id(entry.getLongGroupId()), LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static int id(long number) throws ImageRefusedException {
        if (number < 0 || number >= Integer.MAX_VALUE) {
            throw new ImageRefusedException("A layer has a file of a user or group that cannot be: " + number + ".");
        }
        return (int) number;
    }

    /// Gives the folders their owners and modes, when all layers are there.
    void finish() throws IOException {
        for (var folder : folders.entrySet()) {
            if (Trees.isFolder(folder.getKey())) {
                give(folder.getValue(), folder.getKey());
                int mode = folder.getValue().getMode() & PERMISSIONS;
                Files.setAttribute(folder.getKey(), "unix:mode", givesAway ? mode : mode | OWNER_ENTERS);
            }
        }
        folders.clear();
    }
}
