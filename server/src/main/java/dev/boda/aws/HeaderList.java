package dev.boda.aws;

import java.util.ArrayList;
import java.util.List;

/// A list in a header: items between commas, in quotes where they hold commas or quotes themselves.
final class HeaderList {

    private HeaderList() {}

    /// @param dates whether each item holds one comma of its own, unquoted: `Sat, 31 Jan 2026 08:15:30 GMT`
    static List<String> split(String text, boolean dates) {
        var items = new ArrayList<String>();
        var item = new StringBuilder();
        boolean quoted = false;
        int commas = 0;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (quoted && next == '\\' && i + 1 < text.length()) {
                item.append(text.charAt(++i));
            } else if (next == '"' && (quoted || item.toString().isBlank())) {
                quoted = !quoted;
            } else if (next == ',' && !quoted && (!dates || ++commas % 2 == 0)) {
                items.add(item.toString().strip());
                item.setLength(0);
            } else {
                item.append(next);
            }
        }
        items.add(item.toString().strip());
        return items;
    }
}
