package dev.boda.http;

/// A connection that waits for its client. First are those that never brought a request, then the longest waiting.
///
/// @param served whether it ever brought one
record Waiting(HttpConnection connection, boolean served, long sinceNanos) implements Comparable<Waiting> {

    @Override
    public int compareTo(Waiting other) {
        return served == other.served
                ? Long.signum(sinceNanos - other.sinceNanos)
                : Boolean.compare(served, other.served);
    }
}
