package dev.boda.function;

import java.util.function.Function;

/// Where function URLs are called: `http://ID.lambda-url.REGION.SUFFIX:PORT/`.
///
/// @param suffix what their host names end in
/// @param port   that the server listens at
public record FunctionUrlAddress(String suffix, int port) implements Function<FunctionUrl, String> {

    @Override
    public String apply(FunctionUrl url) {
        return "http://" + url.id() + ".lambda-url." + url.function().region() + "." + suffix + ":" + port + "/";
    }
}
