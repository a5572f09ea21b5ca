package dev.boda.engine;

import dev.boda.sandbox.InsideSockets;
import dev.boda.telemetry.EnvironmentLog;
import java.io.IOException;

/// What the server serves inside an environment that has a network of its own: the Runtime API, AWS's APIs and names,
/// at addresses that are the same in every environment. Implemented where those meet, so that the engine knows none.
public interface InsideEndpoints {

    /// `host:port`, for `AWS_LAMBDA_RUNTIME_API`.
    String runtimeApi();

    /// For `AWS_ENDPOINT_URL`.
    String awsUrl();

    /// Serves `environment` at `sockets`, which it owns from now on, also when it throws. Who calls is known by the
    /// socket, never by what the caller says.
    ///
    /// @param log takes what the environment's function must be told
    Served serve(ExecutionEnvironment environment, InsideSockets sockets, EnvironmentLog log) throws IOException;

    /// What is served inside one environment.
    interface Served extends AutoCloseable {

        /// Nothing is served any more, and the sockets are closed, when this returns.
        @Override
        void close();
    }
}
