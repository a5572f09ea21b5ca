package dev.boda.api.debug;

import dev.boda.aws.Caller;
import dev.boda.function.FunctionReference;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `boda debug` asks for.
///
/// @param function a name, a partial ARN or an ARN, with a qualifier or without
/// @param account  of a name without one
/// @param region   of a name without one
/// @param port     of this machine; 0 takes a free one, [#USUAL_PORT] the one that debuggers of the language expect
/// @param waits    whether Init goes on only when a debugger says so
public record DebugRequest(String function, String account, String region, int port, boolean waits) {

    static final int USUAL_PORT = -1;

    private static final int HIGHEST_PORT = 65_535;

    /// A whole ARN: whoever may debug may debug everything there is.
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\\d{12}):function:[a-zA-Z0-9-_.]+(:[^:]+)?");

    private static final Pattern NAME =
            Pattern.compile("(\\d{12}:)?(function:)?[a-zA-Z0-9-_.]{1,140}(:(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");

    /// Throws an [IllegalArgumentException] that says what is wrong.
    static DebugRequest parse(byte[] json) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("The request is no JSON: " + e.getOriginalMessage() + ".", e);
        }
        var function = root.path("function").asString("");
        if (!NAME.matcher(function).matches() && !ARN.matcher(function).matches()) {
            throw new IllegalArgumentException("'" + function + "' is not a function's name, NAME:QUALIFIER or ARN.");
        }
        int port = root.path("port").asInt(USUAL_PORT);
        if (port < USUAL_PORT || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("A port is a number up to " + HIGHEST_PORT + ", not " + port + ".");
        }
        return new DebugRequest(
                function,
                root.path("account").asString(""),
                root.path("region").asString(""),
                port,
                root.path("wait").asBoolean(false));
    }

    FunctionReference reference() {
        var arn = ARN.matcher(function);
        var caller = arn.matches() ? new Caller(arn.group(2), arn.group(1), "") : new Caller(account, region, "");
        return FunctionReference.of(function, Optional.empty(), caller);
    }
}
