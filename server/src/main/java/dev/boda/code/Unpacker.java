package dev.boda.code;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// Unpacks one zip into a new folder, holding every entry to what it says of itself: one byte more than declared, or
/// another checksum, and the package is refused. What is wrong with the zip is a [PackageRefusedException]; what is
/// wrong with the disk an [IOException].
final class Unpacker {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-xr-x");

    private final ZipFile zip;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    /// Made when everything else is there, so that nothing can be written through them.
    private final Map<Path, String> links = new LinkedHashMap<>();

    private Unpacker(ZipFile zip) {
        this.zip = zip;
    }

    /// Unpacks into `folder`, which does not exist yet. When it throws, part of it may be there.
    static void unpack(SeekableByteChannel channel, Path folder) throws IOException {
        try (ZipFile zip = opened(channel)) {
            PackageTree.Folder tree = PackageTree.of(Collections.list(zip.getEntries()));
            if (tree.children().isEmpty()) {
                throw new EmptyPackageException("The zip has no entries.");
            }
            var unpacker = new Unpacker(zip);
            unpacker.write(tree, folder);
            for (Map.Entry<Path, String> link : unpacker.links.entrySet()) {
                Files.createSymbolicLink(link.getKey(), Path.of(link.getValue()));
            }
        } catch (InvalidPathException e) {
            throw new InvalidPackageException(
                    "A name cannot be one of a file under the server's locale (it should be UTF-8): " + e.getInput());
        }
    }

    /// What the entries of a package that is kept say.
    static PackageContent content(SeekableByteChannel channel) throws IOException {
        try (ZipFile zip = opened(channel)) {
            var entries = Collections.list(zip.getEntries());
            return new PackageContent(
                    entries.stream().mapToLong(ZipArchiveEntry::getSize).sum(),
                    PackageTree.of(entries).children().keySet());
        }
    }

    private static ZipFile opened(SeekableByteChannel channel) throws IOException {
        try {
            return ZipFile.builder()
                    .setSeekableByteChannel(channel)
                    .setIgnoreLocalFileHeader(true)
                    .get();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new InvalidPackageException("Not a zip: " + e.getMessage());
        }
    }

    private void write(PackageTree.Folder folder, Path path) throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, FOLDER);
        for (Map.Entry<String, PackageTree.Node> child : folder.children().entrySet()) {
            Path target = path.resolve(child.getKey());
            switch (child.getValue()) {
                case PackageTree.Folder inner -> write(inner, target);
                case PackageTree.File file -> write(file, target);
                case PackageTree.Link(ZipArchiveEntry entry) -> links.put(target, target(entry));
            }
        }
    }

    private void write(PackageTree.File file, Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            copy(file.entry(), channel::write);
        }
        Files.setPosixFilePermissions(path, permissions(file.permissions()));
    }

    private String target(ZipArchiveEntry entry) throws IOException {
        var target = ByteBuffer.allocate(PackageTree.LONGEST_LINK);
        copy(entry, target::put);
        String text = StandardCharsets.UTF_8.decode(target.flip()).toString();
        if (text.indexOf('\0') >= 0) {
            throw new InvalidPackageException("A link's target holds a NUL: " + entry.getName());
        }
        return text;
    }

    private interface Target {
        Object write(ByteBuffer bytes) throws IOException;
    }

    /// Copies the bytes of an entry, as many as it says, and checks them.
    private void copy(ZipArchiveEntry entry, Target target) throws IOException {
        var checksum = new CRC32();
        long left = entry.getSize();
        try (InputStream content = content(entry)) {
            for (int read = read(content, entry); read >= 0; read = read(content, entry)) {
                left -= read;
                if (left < 0) {
                    throw new InvalidPackageException("An entry is larger than it says: " + entry.getName());
                }
                checksum.update(buffer, 0, read);
                var bytes = ByteBuffer.wrap(buffer, 0, read);
                while (bytes.hasRemaining()) {
                    target.write(bytes);
                }
            }
        }
        if (left > 0 || checksum.getValue() != entry.getCrc()) {
            throw new InvalidPackageException("An entry is not what it says: " + entry.getName());
        }
    }

    private InputStream content(ZipArchiveEntry entry) {
        try {
            InputStream content = zip.getInputStream(entry);
            if (content != null) {
                return content;
            }
        } catch (IOException | RuntimeException e) {
            throw unreadable(entry, e);
        }
        throw new InvalidPackageException("An entry cannot be read: " + entry.getName());
    }

    private int read(InputStream content, ZipArchiveEntry entry) {
        try {
            return content.read(buffer);
        } catch (IOException | RuntimeException e) {
            throw unreadable(entry, e);
        }
    }

    private static InvalidPackageException unreadable(ZipArchiveEntry entry, Exception cause) {
        return new InvalidPackageException("An entry cannot be read: " + entry.getName() + ": " + cause.getMessage());
    }

    private static Set<PosixFilePermission> permissions(int bits) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((bits >> (all.length - 1 - i) & 1) == 1) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
