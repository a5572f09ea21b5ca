package dev.boda.telemetry.filter;

import java.util.List;

/// Conditions on the fields of an event, which stand between spaces: `[ip, user, ..., status = 4*, bytes > 1000]`. An
/// event of another number of fields is not wanted, unless `...` stands for any number of them.
///
/// @param before what is asked of the first fields; of all where there is no ellipsis
/// @param open   whether there is an ellipsis
/// @param after  what is asked of the last fields
record FieldsPattern(List<Condition<Fields>> before, boolean open, List<Condition<Fields>> after)
        implements FilterPattern {

    FieldsPattern {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /// An event's fields.
    ///
    /// @param behind how many fields stand behind the ellipsis
    record Fields(List<String> texts, int slots, int behind) {

        /// The field of a slot, counted over the slots before and behind the ellipsis.
        String of(int slot) {
            int fromEnd = slots - slot;
            return fromEnd <= behind ? texts.get(texts.size() - fromEnd) : texts.get(slot);
        }
    }

    @Override
    public boolean matches(String message) {
        int slots = before.size() + after.size();
        List<String> texts = FieldsOfEvent.split(message, open ? Integer.MAX_VALUE : slots);
        if (open ? texts.size() < slots : texts.size() != slots) {
            return false;
        }
        var fields = new Fields(texts, slots, after.size());
        return before.stream().allMatch(condition -> condition.holds(fields))
                && after.stream().allMatch(condition -> condition.holds(fields));
    }
}
