package dev.boda.sandbox.process;

import dev.boda.os.ProcessTable;
import dev.boda.os.ReadBuffer;
import java.util.List;
import java.util.stream.LongStream;

/// How much memory the processes of a sandbox use together.
///
/// One process' own peak is what it used at once. Several may have memory in common, what they inherited and the
/// libraries: the sum of their peaks would count it for each of them. So they count with their shares of what is in use
/// now, and at least with the largest of their peaks.
///
/// @param peaks  the most that one process has used at once, in bytes
/// @param shares what it uses now, of what it has in common with others its part
public record PeakMemory(Figure peaks, Figure shares) {

    /// So many processes are asked: it takes some milliseconds, with the environment's next invocation waiting.
    public static final int MOST_ASKED = 32;

    static final PeakMemory THIS_MACHINE = new PeakMemory(ProcessTable::peakBytes, ProcessTable::shareBytes);

    /// A figure of one process; 0 if there is none any more.
    interface Figure {
        long of(int pid, ReadBuffer buffer);
    }

    /// What these processes use together, in bytes. Of more than [#MOST_ASKED] those listed first are asked, and the
    /// others are taken to use what the middle one of those does.
    long of(List<Integer> pids, ReadBuffer buffer) {
        var asked = pids.subList(0, Math.min(pids.size(), MOST_ASKED));
        long peak = figures(peaks, asked, buffer).max().orElse(0);
        if (asked.size() < 2) {
            return peak;
        }
        long[] parts = figures(shares, asked, buffer).sorted().toArray();
        long others = (pids.size() - asked.size()) * parts[parts.length / 2];
        return Math.max(peak, LongStream.of(parts).sum() + others);
    }

    private static LongStream figures(Figure figure, List<Integer> pids, ReadBuffer buffer) {
        return pids.stream().mapToLong(pid -> figure.of(pid, buffer));
    }
}
