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
