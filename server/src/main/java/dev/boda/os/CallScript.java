package dev.boda.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A list of system calls for a [CallRunner], with the strings and structures that they point to. Written once, front
/// to back.
///
/// Addresses are the runner's: what [#string(String)] and its siblings return is valid there alone. A call's result
/// can be stored over an argument of a later call's structure.
public final class CallScript {

    /// A place in the list that calls may go on at.
    public static final class Label {

        private int index = -1;
    }

    /// What comes after a call.
    private enum Rule {
        MUST,
        MAY,
        FORK,
        UNTIL
    }

    private record Call(String what, SystemCall call, long[] arguments, long resultAt, Rule rule, Object target) {}

    private static final int MOST_ARGUMENTS = 6;
    static final long PR_SET_PDEATHSIG = 1;
    static final long SIGKILL = 9;

    private final List<Call> calls = new ArrayList<>();
    private ByteBuffer data = ByteBuffer.allocate(16 * 1024).order(ByteOrder.LITTLE_ENDIAN);

    /// A call that must succeed: otherwise the runner reports it and ends.
    ///
    /// @param what completes the sentence of its failure, such as a path
    public void must(String what, SystemCall call, long... arguments) {
        add(what, call, arguments, CallRunner.SCRATCH, Rule.MUST, 0L);
    }

    /// A call that may fail.
    public void may(SystemCall call, long... arguments) {
        add("", call, arguments, CallRunner.SCRATCH, Rule.MAY, 0L);
    }

    /// Starts a process by `clone(2)`: it goes on at `child`, this one after the call; the new one's id is written to
    /// `pidAt`.
    public void fork(long pidAt, long flags, Label child) {
        add("a process", SystemCall.CLONE, new long[] {flags}, pidAt, Rule.FORK, child);
    }

    /// Repeats the call until its result is what lies at `valueAt`.
    public void until(long valueAt, SystemCall call, long... arguments) {
        add("", call, arguments, CallRunner.SCRATCH, Rule.UNTIL, valueAt);
    }

    /// Has the process killed when its parent's thread that started it ends. A change of identity takes this back.
    public void endWithItsParent() {
        must("its end with its parent's", SystemCall.PRCTL, PR_SET_PDEATHSIG, SIGKILL);
    }

    /// Goes on with the next list, which the runner waits for.
    public void nextList() {
        add(
                "",
                SystemCall.PRCTL,
                new long[] {PR_SET_PDEATHSIG, SIGKILL},
                CallRunner.SCRATCH,
                Rule.FORK,
                CallRunner.WAITING);
    }

    /// What follows is at `label`.
    public void place(Label label) {
        label.index = calls.size();
    }

    /// The address of a string.
    public long string(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A path, an argument or a variable holds a NUL character");
        }
        return bytes((value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /// The address of an array of strings, with a null behind the last.
    public long strings(List<String> values) {
        var addresses = new long[values.size() + 1];
        for (int i = 0; i < values.size(); i++) {
            addresses[i] = string(values.get(i));
        }
        return longs(addresses);
    }

    /// The address of these numbers.
    public long longs(long... values) {
        var bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return bytes(bytes.array());
    }

    /// The address of these bytes, a multiple of eight.
    public long bytes(byte[] value) {
        int at = data.position();
        int room = (value.length + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        if (data.remaining() < room) {
            var larger = ByteBuffer.allocate(Math.max(2 * data.capacity(), at + room))
                    .order(ByteOrder.LITTLE_ENDIAN);
            larger.put(data.flip());
            data = larger;
        }
        data.put(value).position(at + room);
        return CallRunner.DATA + at;
    }

    /// The name of the call that a runner reported, with what it was about.
    String describe(int index) {
        if (index < 0 || index >= calls.size()) {
            return "the runner";
        }
        var call = calls.get(index);
        return call.what.isEmpty() ? call.call.toString() : call.call + " of " + call.what;
    }

    private void add(String what, SystemCall call, long[] arguments, long resultAt, Rule rule, Object target) {
        if (calls.size() == CallRunner.MOST_CALLS) {
            throw new IllegalStateException("A script of more than " + CallRunner.MOST_CALLS + " system calls");
        }
        calls.add(new Call(what, call, arguments, resultAt, rule, target));
    }

    /// The list as the runner reads it.
    byte[] calls() {
        var bytes = ByteBuffer.allocate(calls.size() * CallRunner.CALL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var call : calls) {
            put(bytes, call.call, call.arguments, call.resultAt, rule(call.rule), address(call.target));
        }
        return bytes.array();
    }

    byte[] data() {
        if (data.position() > CallRunner.DATA_BYTES) {
            throw new IllegalStateException("A script of more than " + CallRunner.DATA_BYTES + " bytes");
        }
        return java.util.Arrays.copyOf(data.array(), Math.max(Long.BYTES, data.position()));
    }

    static void put(ByteBuffer bytes, SystemCall call, long[] arguments, long resultAt, long rule, long target) {
        bytes.putLong(call.number());
        for (int i = 0; i < MOST_ARGUMENTS; i++) {
            bytes.putLong(i < arguments.length ? arguments[i] : 0);
        }
        bytes.putLong(resultAt).putLong(rule).putLong(target);
    }

    private static long rule(Rule rule) {
        return switch (rule) {
            case MUST -> CallRunner.MUST;
            case MAY -> CallRunner.MAY;
            case FORK -> CallRunner.FORK;
            case UNTIL -> CallRunner.UNTIL;
        };
    }

    private static long address(Object target) {
        return target instanceof Label label
                ? CallRunner.CALLS + (long) label.index * CallRunner.CALL_BYTES
                : (Long) target;
    }
}
