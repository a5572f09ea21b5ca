package dev.boda.os;

/// A network namespace, held open.
public final class NetworkNamespace implements AutoCloseable {

    private static final long CLONE_NEWNET = 0x40000000;

    private final Descriptor descriptor;

    private NetworkNamespace(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /// That of a process.
    public static NetworkNamespace of(int pid) throws OsException {
        return new NetworkNamespace(Descriptor.open("/proc/" + pid + "/ns/net", 0));
    }

    /// The number of the descriptor that holds it, for the kernel's own messages.
    public int descriptor() {
        return descriptor.number();
    }

    /// Puts the calling thread into it. That thread must never be used for anything else again: let it end
    /// ([PlatformThreads#callOnce]).
    public void enter() throws OsException {
        Libc.check("a network namespace", SystemCall.SETNS, descriptor.number(), CLONE_NEWNET);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
