package dev.boda.telemetry.filter;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Conditions on what a JSON event holds: `{ $.level = "ERROR" && $.latency > 1e3 }`. An event that is not JSON is not
/// wanted.
record JsonPattern(Condition<JsonNode> condition) implements FilterPattern {

    @Override
    public boolean matches(String message) {
        if (!mayBeJson(message)) {
            return false;
        }
        try {
            return condition.holds(JsonMapper.shared().readTree(message));
        } catch (JacksonException noJson) {
            return false;
        }
    }

    /// Objects and arrays alone have something to select; most lines are neither.
    private static boolean mayBeJson(String message) {
        int at = 0;
        while (at < message.length() && Character.isWhitespace(message.charAt(at))) {
            at++;
        }
        return at < message.length() && (message.charAt(at) == '{' || message.charAt(at) == '[');
    }
}
