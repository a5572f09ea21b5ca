package dev.boda.engine;

import java.io.IOException;

/// Opens the Runtime API of an environment that has the machine's network: an address of its own at which the
/// environment's runtime finds its work. Where it has a network of its own, [InsideEndpoints] does. Implemented by the
/// Runtime API, so that the engine knows no HTTP.
public interface RuntimeEndpoints {

    /// Opens an address that leads to `environment` and to nothing else.
    Endpoint open(ExecutionEnvironment environment) throws IOException;

    /// One environment's open address.
    interface Endpoint extends AutoCloseable {

        /// `host:port`, for `AWS_LAMBDA_RUNTIME_API`.
        String address();

        @Override
        void close();
    }
}
