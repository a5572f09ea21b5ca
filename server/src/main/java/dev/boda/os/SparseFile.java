package dev.boda.os;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where the bytes of a file are that is mostly holes.
public final class SparseFile {

    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int ENXIO = 6;

    private SparseFile() {}

    /// A piece that has bytes.
    public record Extent(long start, long end) {}

    /// All of them, in order.
    public static List<Extent> extents(Path path) throws OsException {
        var found = new ArrayList<Extent>();
        try (var file = Descriptor.open(path.toString(), 0)) {
            long at = Libc.call(SystemCall.LSEEK, file.number(), 0, SEEK_DATA);
            while (at >= 0) {
                long end = Libc.check(path.toString(), SystemCall.LSEEK, file.number(), at, SEEK_HOLE);
                found.add(new Extent(at, end));
                at = Libc.call(SystemCall.LSEEK, file.number(), end, SEEK_DATA);
            }
            if (at != -ENXIO) {
                throw new OsException("lseek of " + path, (int) -at);
            }
            return found;
        }
    }
}
