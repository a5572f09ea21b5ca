package dev.boda.telemetry.filter;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A regular expression of the kind that filter patterns may have: alternatives of characters and character classes,
/// each perhaps repeated, without groups.
///
/// Matched by an automaton whose states are made when they are first met, so that the time goes with the length of the
/// text alone. One thread's.
final class Regex {

    /// Characters beyond ASCII are one kind; the language cannot name them.
    static final int KINDS = 129;

    /// Most states that are kept; with more, they are made anew.
    private static final int STATES = 1_000;

    private final List<Place> places;
    private final BitSet always;
    final State start;
    private final Map<BitSet, State> states = new HashMap<>();

    private Regex(List<Place> places) {
        this.places = List.copyOf(places);
        this.always = new BitSet();
        var begins = new BitSet();
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            begins.set(i, place.begins());
            always.set(i, place.begins() && !place.anchored());
        }
        this.start = new State(closed(begins));
    }

    /// Where an automaton may stand: before a character of an alternative, or behind its last.
    ///
    /// @param accepts  the kinds of characters that lead on; empty behind the last
    /// @param optional may be passed without a character
    /// @param repeats  a character leads here again, too
    /// @param begins   the first of its alternative
    /// @param anchored its alternative begins (`^`), or ends (`$`, behind the last), with the text
    /// @param last     behind the last character of its alternative
    record Place(BitSet accepts, boolean optional, boolean repeats, boolean begins, boolean anchored, boolean last) {}

    /// @throws InvalidPatternException if it has what AWS's kind has not
    static Regex parse(String text) throws InvalidPatternException {
        return new Regex(RegexParser.parse(text));
    }

    final class State {
        private final BitSet at;
        private final boolean found;
        private final boolean foundAtEnd;
        final @Nullable State[] next = new State[KINDS];

        private State(BitSet at) {
            this.at = at;
            this.found = at.stream().mapToObj(places::get).anyMatch(place -> place.last() && !place.anchored());
            this.foundAtEnd = at.stream().mapToObj(places::get).anyMatch(Place::last);
        }
    }

    /// Whether the text holds a match. The end of a text that ends with a line end is before that, too.
    boolean isIn(String text) {
        State state = start;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (state.found || (c == '\n' && i == text.length() - 1 && state.foundAtEnd)) {
                return true;
            }
            int kind = Math.min(c, KINDS - 1);
            State next = state.next[kind];
            if (next == null) {
                next = after(state, kind);
                state.next[kind] = next;
            }
            state = next;
        }
        return state.foundAtEnd;
    }

    private State after(State state, int kind) {
        var next = (BitSet) always.clone();
        state.at.stream().forEach(i -> {
            Place place = places.get(i);
            if (place.accepts().get(kind)) {
                next.set(i + 1);
                next.set(i, next.get(i) || place.repeats());
            }
        });
        BitSet closed = closed(next);
        if (states.size() >= STATES) {
            states.clear();
            // They hold each other: what begins anew must not lead back to them.
            Arrays.fill(start.next, null);
        }
        return states.computeIfAbsent(closed, State::new);
    }

    /// With the places that are reached without a character.
    private BitSet closed(BitSet at) {
        for (int i = at.nextSetBit(0); i >= 0; i = at.nextSetBit(i + 1)) {
            if (places.get(i).optional()) {
                at.set(i + 1);
            }
        }
        return at;
    }
}
