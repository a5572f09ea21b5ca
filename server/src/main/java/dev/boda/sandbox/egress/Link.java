package dev.boda.sandbox.egress;

import dev.boda.os.netlink.Ipv4Prefix;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/// An environment's way out. Closing it removes both ends, once; the kernel does the same when the namespace ends.
public final class Link implements AutoCloseable {

    /// Removes the link of a number.
    interface Removal {
        void remove(int number) throws IOException;
    }

    private final String name;
    private final int address;
    private final int number;
    private final Removal removal;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Link(String name, int address, int number, Removal removal) {
        this.name = name;
        this.address = address;
        this.number = number;
        this.removal = removal;
    }

    /// The environment's address.
    public String address() {
        return Ipv4Prefix.dotted(address);
    }

    /// The name of the machine's end.
    public String name() {
        return name;
    }

    /// Blocks until the link is gone. A virtual thread does not hold its carrier meanwhile.
    @Override
    public void close() throws IOException {
        if (open.getAndSet(false)) {
            removal.remove(number);
        }
    }
}
