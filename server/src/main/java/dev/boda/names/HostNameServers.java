package dev.boda.names;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine's name servers, from its `resolv.conf`, which is read again when it has changed. Belongs to one thread.
final class HostNameServers {

    private static final Logger LOG = LoggerFactory.getLogger(HostNameServers.class);
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000;
    private static final int MOST = 3;
    private static final int PORT = 53;
    private static final String SERVER = "nameserver";

    /// As resolv.conf(5) says.
    private static final List<InetSocketAddress> OTHERWISE =
            List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT));

    /// How the file was when it was read.
    private record State(FileTime changed, long bytes) {}

    private final Path file;
    private List<InetSocketAddress> servers = OTHERWISE;
    private @Nullable State state;
    private long lookedNanos;
    private boolean looked;

    HostNameServers(Path file) {
        this.file = file;
    }

    /// At least one, in the order in which they are to be asked.
    List<InetSocketAddress> at(long nowNanos) {
        if (!looked || nowNanos - lookedNanos > LOOK_AGAIN_NANOS) {
            looked = true;
            lookedNanos = nowNanos;
            look();
        }
        return servers;
    }

    private void look() {
        try {
            var now = new State(Files.getLastModifiedTime(file), Files.size(file));
            if (!now.equals(state)) {
                servers = parse(Files.readAllLines(file));
                state = now;
            }
        } catch (IOException unreadable) {
            LOG.debug("The name servers stay as they were", unreadable);
        }
    }

    static List<InetSocketAddress> parse(List<String> lines) {
        var found = new ArrayList<InetSocketAddress>();
        for (var line : lines) {
            var words = line.strip().split("\\s+", -1);
            if (words.length > 1 && words[0].equals(SERVER) && found.size() < MOST) {
                try {
                    found.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), PORT));
                } catch (IllegalArgumentException noAddress) {
                    LOG.warn("A line of the machine's resolv.conf names no address: {}", line);
                }
            }
        }
        return found.isEmpty() ? OTHERWISE : List.copyOf(found);
    }
}
