package dev.boda.code;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A first look at a zip, before a library makes an object of every entry: finds the list of entries and counts them.
/// Format: <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>, 4.3.
final class CentralDirectory {

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int ENTRY = 0x02014b50;
    private static final int ENTRY_BYTES = 46;
    private static final int LONGEST_COMMENT = 0xffff;

    private final ByteBuffer zip;

    private CentralDirectory(byte[] zip) {
        this.zip = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// How many entries the zip has, at most `limit`.
    ///
    /// @throws InvalidPackageException if it is not a zip, its list of entries is not where and as long as its end
    ///                                 says, or there are more than `limit`
    static int count(byte[] zip, int limit) {
        return new CentralDirectory(zip).count(limit);
    }

    private int count(int limit) {
        int end = end();
        long size = Integer.toUnsignedLong(zip.getInt(end + 12));
        long offset = Integer.toUnsignedLong(zip.getInt(end + 16));
        long stop = end;
        int locator = end - LOCATOR_64_BYTES;
        if (locator >= 0 && zip.getInt(locator) == LOCATOR_64) {
            stop = zip.getLong(locator + 8);
            if (stop < 0 || stop > locator - END_64_BYTES || zip.getInt((int) stop) != END_64) {
                throw new InvalidPackageException("The zip's 64-bit end is not where it should be.");
            }
            size = zip.getLong((int) stop + 40);
            offset = zip.getLong((int) stop + 48);
        }
        // Bytes may stand before the zip (a self-extracting one); then every offset is short by their number.
        long start = stop - size;
        if (size < 0 || start < 0 || offset < 0 || offset > start) {
            throw new InvalidPackageException("The zip's list of entries is not where its end says.");
        }
        return walk((int) start, (int) stop, limit);
    }

    private int end() {
        int last = zip.limit() - END_BYTES;
        for (int at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--) {
            if (zip.getInt(at) == END) {
                return at;
            }
        }
        throw new InvalidPackageException("Not a zip: it has no end record.");
    }

    private int walk(int start, int stop, int limit) {
        int count = 0;
        int at = start;
        while (at < stop) {
            if (stop - at < ENTRY_BYTES || zip.getInt(at) != ENTRY) {
                throw new InvalidPackageException("The zip's list of entries is damaged.");
            }
            if (++count > limit) {
                throw new InvalidPackageException("The zip has more than " + limit + " entries.");
            }
            at += ENTRY_BYTES + unsignedShort(at + 28) + unsignedShort(at + 30) + unsignedShort(at + 32);
        }
        if (at != stop) {
            throw new InvalidPackageException("The zip's list of entries is damaged.");
        }
        return count;
    }

    private int unsignedShort(int at) {
        return Short.toUnsignedInt(zip.getShort(at));
    }
}
