package dev.boda.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.SocketChannel;

/// Where requests go: a server on this machine.
public record Target(String host, int port) {

    public static Target of(String url) {
        var uri = URI.create(url);
        return new Target(uri.getHost(), uri.getPort());
    }

    /// As the Host header has it.
    public String authority() {
        return host + ":" + port;
    }

    SocketChannel connect() throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(host, port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }
}
