package dev.boda.code;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/// What a zip becomes when it is unpacked: folders, files and symbolic links. A name has one meaning: an entry below
/// a file or below a link is refused, so that nothing is ever written through a link. Of two files of one name the
/// later counts.
final class PackageTree {

    /// Most entries, and most files, folders and links, of a package. AWS names no limit; its largest package of
    /// 250 MB has 2.5 KB for each of these.
    static final int MOST_ENTRIES = 100_000;

    /// Longest target of a symbolic link on Linux, in bytes.
    static final int LONGEST_LINK = 4_095;

    private static final int TYPE = 0xf000;
    private static final int TYPE_FOLDER = 0x4000;
    private static final int TYPE_FILE = 0x8000;
    private static final int TYPE_LINK = 0xa000;

    private static final int PLATFORM_DARWIN = 19;

    sealed interface Node {}

    record Folder(Map<String, Node> children) implements Node {
        Folder() {
            this(new LinkedHashMap<>());
        }
    }

    /// @param permissions the nine bits
    record File(ZipArchiveEntry entry, int permissions) implements Node {}

    record Link(ZipArchiveEntry entry) implements Node {}

    private final Folder root = new Folder();
    private int nodes;
    private long bytes;

    /// The tree of all entries.
    ///
    /// @throws PackageRefusedException if an entry cannot be accepted, or they are too large together, by what they
    ///                                 say of themselves
    static Folder of(Iterable<ZipArchiveEntry> entries) {
        var tree = new PackageTree();
        for (ZipArchiveEntry entry : entries) {
            tree.add(entry);
        }
        return tree.root;
    }

    private void add(ZipArchiveEntry entry) {
        List<String> parts = EntryName.parts(name(entry));
        Node node = node(entry);
        addBytes(entry);
        Folder folder = root;
        int folders = node instanceof Folder ? parts.size() : parts.size() - 1;
        for (String part : parts.subList(0, Math.max(folders, 0))) {
            folder = enter(folder, part, entry);
        }
        if (!(node instanceof Folder)) {
            if (parts.isEmpty()) {
                throw new InvalidPackageException("An entry has no name.");
            }
            place(folder, parts.getLast(), node, entry);
        }
    }

    /// Backslashes stay part of a name, as on AWS; the library makes slashes of them in zips from Windows.
    private static String name(ZipArchiveEntry entry) {
        var raw = new String(entry.getRawName(), StandardCharsets.UTF_8);
        return raw.indexOf('\\') < 0 ? entry.getName() : raw;
    }

    private Folder enter(Folder folder, String name, ZipArchiveEntry entry) {
        Node child = folder.children().get(name);
        if (child == null) {
            countNode();
            child = new Folder();
            folder.children().put(name, child);
        }
        if (child instanceof Folder inner) {
            return inner;
        }
        throw new InvalidPackageException("An entry lies below a file or a link: " + entry.getName());
    }

    private void place(Folder folder, String name, Node node, ZipArchiveEntry entry) {
        Node former = folder.children().put(name, node);
        if (former == null) {
            countNode();
        } else if (!(former instanceof File && node instanceof File)) {
            throw new InvalidPackageException("Two entries differ about what this is: " + entry.getName());
        }
    }

    private void countNode() {
        if (++nodes > MOST_ENTRIES) {
            throw new InvalidPackageException("The zip has more than " + MOST_ENTRIES + " files and folders.");
        }
    }

    private void addBytes(ZipArchiveEntry entry) {
        if (entry.getSize() < 0) {
            throw new InvalidPackageException("An entry does not say its size: " + entry.getName());
        }
        bytes += Math.min(entry.getSize(), CodeStore.MOST_UNZIPPED_BYTES);
        if (bytes >= CodeStore.MOST_UNZIPPED_BYTES) {
            throw new PackageTooLargeException("Unpacked it would be larger than " + CodeStore.MOST_UNZIPPED_BYTES);
        }
    }

    private static Node node(ZipArchiveEntry entry) {
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            throw new InvalidPackageException("An entry is encrypted: " + entry.getName());
        }
        if (entry.getMethod() != ZipArchiveEntry.STORED && entry.getMethod() != ZipArchiveEntry.DEFLATED) {
            throw new InvalidPackageException("An entry is neither stored nor deflated: " + entry.getName());
        }
        int mode = mode(entry);
        return switch (mode & TYPE) {
            case TYPE_FOLDER -> new Folder();
            case TYPE_LINK -> link(entry);
            case 0, TYPE_FILE -> entry.isDirectory() ? new Folder() : new File(entry, permissions(mode));
            default -> throw new InvalidPackageException("An entry is a device or a pipe: " + entry.getName());
        };
    }

    private static Node link(ZipArchiveEntry entry) {
        if (entry.isDirectory() || entry.getSize() == 0 || entry.getSize() > LONGEST_LINK) {
            throw new InvalidPackageException("An entry is not a symbolic link, though it says so: " + entry.getName());
        }
        return new Link(entry);
    }

    private static int mode(ZipArchiveEntry entry) {
        return switch (entry.getPlatform()) {
            case ZipArchiveEntry.PLATFORM_UNIX, PLATFORM_DARWIN -> (int) (entry.getExternalAttributes() >> 16) & 0xffff;
            default -> 0;
        };
    }

    /// As the zip says, but readable by all, and executable by all where it is by its owner: AWS asks for 644 and 755
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html>). 644 where it does not say.
    private static int permissions(int mode) {
        int permissions = (mode & 0777) == 0 ? 0644 : (mode & 0777) | 0444;
        return (permissions & 0100) == 0 ? permissions : permissions | 0111;
    }
}
