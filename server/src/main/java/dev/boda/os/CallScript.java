package dev.boda.os;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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

    /// What one message brings: up to which call, up to which byte of what they point to.
    private record Part(int calls, int bytes) {}

    /// The reads of what a further message brings.
    private static final int READS = 2;

    /// So many bytes in a message are enough: there is room for what the next call points to.
    private static final int ENOUGH_BYTES = CallRunner.MESSAGE_BYTES / 3;
    static final long PR_SET_PDEATHSIG = 1;
    static final long SIGKILL = 9;

    private final List<Call> calls = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private boolean last;
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

    /// Waits for a word at [CallRunner#CONTROL]. Where nobody is left to send one, the process ends.
    public void awaitWord() {
        add(
                "the word to go on",
                SystemCall.READ,
                new long[] {CallRunner.CONTROL, longs(0), 1},
                CallRunner.SCRATCH,
                Rule.FORK,
                CallRunner.END);
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
        var sent = sent();
        boolean full = calls.size() - sent.calls >= CallRunner.MESSAGE_CALLS - READS
                || data.position() - sent.bytes >= ENOUGH_BYTES;
        if (full && !last) {
            more();
        }
        calls.add(new Call(what, call, arguments, resultAt, rule, target));
    }

    /// What follows comes in one message: nothing else that is sent to the runner then has to wait for it.
    public void lastMessage() {
        more();
        last = true;
    }

    /// Ends a message with calls that read the next one. Whatever they read lies behind what was read before.
    private void more() {
        int next = calls.size() + READS;
        calls.add(read(
                CallRunner.CALLS + (long) next * CallRunner.CALL_BYTES,
                CallRunner.MESSAGE_CALLS * CallRunner.CALL_BYTES));
        calls.add(read(CallRunner.DATA + data.position(), CallRunner.MESSAGE_BYTES));
        parts.add(new Part(next, data.position()));
    }

    private static Call read(long place, long room) {
        return new Call(
                "what follows",
                SystemCall.READ,
                new long[] {CallRunner.CONTROL, place, room},
                CallRunner.SCRATCH,
                Rule.FORK,
                CallRunner.END);
    }

    private Part sent() {
        return parts.isEmpty() ? new Part(0, 0) : parts.getLast();
    }

    /// The list as the runner reads it: messages with calls, each followed by one with what they point to.
    List<byte[]> messages() {
        return messages(Architecture.OF_THIS_MACHINE);
    }

    List<byte[]> messages(Architecture architecture) {
        if (calls.size() > CallRunner.MOST_CALLS || data.position() > CallRunner.DATA_BYTES) {
            throw new IllegalStateException("A script of " + calls.size() + " system calls and " + data.position()
                    + " bytes; the most are " + CallRunner.MOST_CALLS + " and " + CallRunner.DATA_BYTES);
        }
        var messages = new ArrayList<byte[]>();
        var from = new Part(0, 0);
        for (var to : ends()) {
            if (to.calls - from.calls > CallRunner.MESSAGE_CALLS || to.bytes - from.bytes > CallRunner.MESSAGE_BYTES) {
                throw new IllegalStateException("A message of " + (to.calls - from.calls) + " system calls and "
                        + (to.bytes - from.bytes) + " bytes");
            }
            messages.add(calls(architecture, calls.subList(from.calls, to.calls)));
            // The end of what is sent is told by an empty message.
            messages.add(Arrays.copyOfRange(data.array(), from.bytes, Math.max(from.bytes + Long.BYTES, to.bytes)));
            from = to;
        }
        return messages;
    }

    private List<Part> ends() {
        var ends = new ArrayList<>(parts);
        ends.add(new Part(calls.size(), data.position()));
        return ends;
    }

    private static byte[] calls(Architecture architecture, List<Call> calls) {
        var rules = CallRunner.Rules.of(architecture);
        var bytes = ByteBuffer.allocate(calls.size() * CallRunner.CALL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (var call : calls) {
            new CallRunner.Entry(call.call, call.arguments, call.resultAt)
                    .put(architecture, bytes, rule(call.rule, rules), address(call.target));
        }
        return bytes.array();
    }

    private static long rule(Rule rule, CallRunner.Rules rules) {
        return switch (rule) {
            case MUST -> rules.must();
            case MAY -> rules.may();
            case FORK -> rules.fork();
            case UNTIL -> rules.until();
        };
    }

    private static long address(Object target) {
        return target instanceof Label label
                ? CallRunner.CALLS + (long) label.index * CallRunner.CALL_BYTES
                : (Long) target;
    }
}
