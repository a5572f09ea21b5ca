package dev.boda.bench.load;

import java.nio.ByteBuffer;

/// Makes the bytes of one caller's next request. For one thread.
public interface Outgoing {

    /// The request's head and body, each from its position to its limit. The next call overwrites them.
    ByteBuffer[] next();
}
