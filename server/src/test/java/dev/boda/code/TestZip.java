package dev.boda.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/// A zip made entry by entry, so that it can hold what no zip tool would put there.
final class TestZip {

    private static final int LIST_ENTRY = 0x02014b50;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes);

    TestZip file(String name, int mode, String content) {
        return entry(name, 0100000 | mode, content.getBytes(StandardCharsets.UTF_8));
    }

    TestZip link(String name, String target) {
        return entry(name, 0120777, target.getBytes(StandardCharsets.UTF_8));
    }

    TestZip folder(String name) {
        return entry(name + "/", 0040755, new byte[0]);
    }

    /// As tools without modes make it.
    TestZip plain(String name, String content) {
        return entry(name, 0, content.getBytes(StandardCharsets.UTF_8));
    }

    TestZip entry(String name, int mode, byte[] content) {
        var entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        return entry(entry, content);
    }

    TestZip stored(String name, byte[] content) {
        var entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipArchiveEntry.STORED);
        return entry(entry, content);
    }

    private TestZip entry(ZipArchiveEntry entry, byte[] content) {
        try {
            if (entry.getMethod() == ZipArchiveEntry.STORED) {
                var checksum = new CRC32();
                checksum.update(content);
                entry.setCrc(checksum.getValue());
                entry.setSize(content.length);
            }
            zip.putArchiveEntry(entry);
            zip.write(content);
            zip.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestZip with64BitRecords() {
        zip.setUseZip64(Zip64Mode.Always);
        return this;
    }

    byte[] bytes() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the list of entries says of every entry, overwritten.
    ///
    /// @param offset from the start of an entry's line: 8 flags, 10 method, 16 checksum, 20 compressed
    ///               size, 24 size, 28 length of the name, 42 where it begins
    static byte[] patched(byte[] zip, int offset, int value, boolean wide) {
        byte[] patched = zip.clone();
        var buffer = ByteBuffer.wrap(patched).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < zip.length - 46; at++) {
            if (buffer.getInt(at) != LIST_ENTRY) {
                continue;
            }
            if (wide) {
                buffer.putInt(at + offset, value);
            } else {
                buffer.putShort(at + offset, (short) value);
            }
        }
        return patched;
    }

    /// Backslashes in the place of every `#`: the library would not write them.
    static byte[] withBackslashes(byte[] zip) {
        byte[] changed = zip.clone();
        for (int at = 0; at < zip.length; at++) {
            if (zip[at] == '#') {
                changed[at] = '\\';
            }
        }
        return changed;
    }

    /// Nothing but a list of so many entries, all of one name.
    static byte[] listOnly(int entries) {
        int line = 47;
        var zip = ByteBuffer.allocate(entries * line + 22).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < entries; i++) {
            zip.putInt(i * line, LIST_ENTRY).putShort(i * line + 28, (short) 1).put(i * line + 46, (byte) 'a');
        }
        zip.position(entries * line);
        zip.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
        zip.putInt(entries * line).putInt(0).putShort((short) 0);
        return zip.array();
    }
}
