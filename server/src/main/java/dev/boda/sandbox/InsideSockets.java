package dev.boda.sandbox;

import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;

/// What the server serves inside a sandbox that has a network of its own: bound, and listening, at addresses that
/// exist there alone. Only processes of that sandbox reach them.
///
/// @param runtimeApi at [#RUNTIME_API]
/// @param aws        AWS's APIs, at the front address's port
/// @param names      the resolver, at 127.0.0.1:53
public record InsideSockets(ServerSocketChannel runtimeApi, ServerSocketChannel aws, DatagramChannel names)
        implements AutoCloseable {

    /// As on AWS.
    public static final String RUNTIME_API = "127.0.0.1:9001";

    /// The descriptor at which a runtime is given a connection to its API that is open already: making one is what
    /// takes a Node.js longest between its imports and its first request. Who does not know of it connects as
    /// on AWS.
    public static final int RUNTIME_API_DESCRIPTOR = 4;

    /// Where Boda's runtime clients look for the descriptor. A function's own variables cannot be called so.
    public static final String RUNTIME_API_VARIABLE = "_BODA_RUNTIME_API_FD";

    /// How every sandbox with a network of its own calls itself.
    public static final String HOST_NAME = "sandbox";

    @Override
    public void close() throws IOException {
        try (runtimeApi;
                aws) {
            names.close();
        }
    }
}
