package dev.boda;

import dev.boda.Config.ConfigException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/// The socket of the front address.
final class FrontSocket {

    private static final int BACKLOG = 1_024;

    private FrontSocket() {}

    /// Bound, and listening to nobody yet.
    static ServerSocketChannel bind(Config config) throws IOException {
        var address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new ConfigException("The host '" + config.host() + "' has no address on this machine.");
        }
        requireGuarded(config);
        var channel = ServerSocketChannel.open();
        try {
            return channel.bind(address, BACKLOG);
        } catch (BindException refused) {
            channel.close();
            throw new ConfigException("The address " + config.host() + ":" + config.port() + " " + why(refused)
                    + " Give another one with --host and --port (BODA_HOST, BODA_PORT).");
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    private static String why(BindException refused) {
        var reason = String.valueOf(refused.getMessage());
        if (reason.contains("in use")) {
            return "is in use: stop what listens there.";
        }
        return reason.contains("denied")
                ? "is not for this user: ports below 1024 are for root."
                : "is none of this machine's (" + reason + ").";
    }

    /// Other machines do not get in by mistake.
    private static void requireGuarded(Config config) {
        var guard = config.guard();
        if (config.beyondThisMachine() && !guard.requireCredentials() && !guard.insecure()) {
            throw new ConfigException("The address " + config.host() + " can be reached from other machines, and Boda"
                    + " answers requests without credentials. Give --require-credentials to refuse those, --insecure to"
                    + " listen there all the same, or listen at 127.0.0.1.");
        }
    }

    /// The one that is listened at, be it chosen by the machine.
    static int port(ServerSocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /// Where a client on this machine reaches the server.
    static String url(Config config, ServerSocketChannel channel) throws IOException {
        var bound = (InetSocketAddress) channel.getLocalAddress();
        var address = bound.getAddress();
        var host = address.isAnyLocalAddress() ? "127.0.0.1" : config.host();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port(channel);
    }
}
