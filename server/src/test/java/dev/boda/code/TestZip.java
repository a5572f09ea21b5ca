package dev.boda.code;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/// A zip made entry by entry, so that it can hold what no zip tool would put there.
final class TestZip {

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

    TestZip entry(ZipArchiveEntry entry, byte[] content) {
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

    byte[] bytes() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
