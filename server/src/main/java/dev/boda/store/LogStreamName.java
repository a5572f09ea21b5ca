package dev.boda.store;

import java.util.List;

/// Names one log stream.
public record LogStreamName(String account, String region, String group, String stream) {

    /// AWS's longest name of a group or a stream, in characters.
    private static final int LONGEST = 512;

    public LogStreamName {
        if (group.length() > LONGEST || stream.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "Invalid LogGroup or LogStream, both must have length less than or equal to 512.");
        }
    }

    /// All of it, from the widest part to the narrowest.
    List<String> parts() {
        return List.of(account, region, group, stream);
    }
}
