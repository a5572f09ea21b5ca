package dev.boda.telemetry.filter;

import java.util.ArrayList;
import java.util.List;

/// Cuts an event into its fields: what stands between spaces, between square brackets, or between double quotes.
final class FieldsOfEvent {

    private FieldsOfEvent() {}

    /// @param most one more than these are not looked for
    static List<String> split(String message, int most) {
        var fields = new ArrayList<String>();
        int lastBracket = message.lastIndexOf(']');
        int lastQuote = message.lastIndexOf('"');
        int at = 0;
        while (at < message.length() && fields.size() <= most) {
            char c = message.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
                continue;
            }
            boolean bracket = c == '[' && at < lastBracket;
            boolean quote = c == '"' && at < lastQuote;
            int begin = bracket || quote ? at + 1 : at;
            int end = bracket || quote ? message.indexOf(bracket ? ']' : '"', begin) : wordEnd(message, at);
            fields.add(message.substring(begin, end));
            at = bracket || quote ? end + 1 : end;
        }
        return fields;
    }

    private static int wordEnd(String message, int begin) {
        int at = begin;
        while (at < message.length() && !Character.isWhitespace(message.charAt(at))) {
            at++;
        }
        return at;
    }
}
