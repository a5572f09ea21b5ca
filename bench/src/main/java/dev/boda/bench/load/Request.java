package dev.boda.bench.load;

import java.util.List;
import java.util.regex.Pattern;

/// A request to be sent any number of times.
///
/// @param path    without anything that would have to be escaped; at most one query parameter behind it
/// @param headers beside those that every request has; all of them are signed, their names in lower case
public record Request(String method, String path, List<Header> headers, byte[] body) {

    /// A header field.
    public record Header(String name, String value) {}

    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9/._~-]+([?][A-Za-z]+=[A-Za-z0-9_-]+)?");

    public Request {
        if (!PLAIN_PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("The path " + path + " would have to be escaped");
        }
        headers = List.copyOf(headers);
    }

    /// A synchronous invocation.
    public static Request invoke(String function, byte[] payload) {
        return new Request("POST", "/2015-03-31/functions/" + function + "/invocations", List.of(), payload);
    }

    /// An invocation that is accepted now and run later.
    public static Request invokeLater(String function, byte[] payload) {
        var later = List.of(new Header("x-amz-invocation-type", "Event"));
        return new Request("POST", "/2015-03-31/functions/" + function + "/invocations", later, payload);
    }

    /// An invocation whose answer comes as the function writes it.
    public static Request invokeStreamed(String function, byte[] payload) {
        return new Request(
                "POST", "/2021-11-15/functions/" + function + "/response-streaming-invocations", List.of(), payload);
    }
}
