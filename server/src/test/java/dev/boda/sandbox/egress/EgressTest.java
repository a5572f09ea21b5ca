package dev.boda.sandbox.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.os.netlink.Ipv4Prefix;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.Netlink;
import dev.boda.os.netlink.NetworkView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What an environment reaches, with a machine and an internet made of namespaces.
class EgressTest extends EgressScene {

    @Test
    void anEnvironmentReachesTheInternetUnderTheMachinesAddress() throws IOException {
        try (var server = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
            assertThat(server.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);
        }
    }

    @Test
    void privateAddressesAreOpenUnlessRefused() throws IOException {
        try (var server = Listener.open(machine.internet(), FakeMachine.PRIVATE)) {
            assertThat(server.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);

            restart(new Egress.Settings(true));

            assertThatThrownBy(() -> server.askedFrom(environment)).isInstanceOf(ConnectException.class);
            try (var open = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
                assertThat(open.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);
            }
        }
    }

    private void restart(Egress.Settings settings) throws IOException {
        machine.machine().run(() -> {
            egress.close();
            return true;
        });
        egress = startEgress(settings);
        link = attach(environment);
    }

    @Test
    void theMetadataAddressIsRefusedThoughItIsThere() throws IOException {
        try (var metadata = Listener.open(machine.internet(), FakeMachine.METADATA)) {
            assertThat(metadata.askedFrom(machine.machine())).isEqualTo(FakeMachine.ADDRESS);
            assertThatThrownBy(() -> metadata.askedFrom(environment)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void everyAddressOfTheMachineIsRefused() throws IOException {
        for (var address : List.of(FakeMachine.ADDRESS, FakeMachine.OTHER_ADDRESS)) {
            try (var server = Listener.open(machine.machine(), address)) {
                assertThat(server.askedFrom(machine.machine())).isEqualTo(address);
                assertThatThrownBy(() -> server.askedFrom(environment)).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void theMachineHearsNoDatagramOfAnEnvironment() throws IOException {
        try (var server = machine.machine().run(() -> socket(FakeMachine.ADDRESS))) {
            send(environment, link.address(), (InetSocketAddress) server.getLocalSocketAddress());
            assertThatThrownBy(() -> receive(server)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void otherEnvironmentsAreRefused() throws IOException {
        try (var other = Namespace.open();
                var otherLink = attach(other);
                var server = Listener.open(other, otherLink.address())) {
            assertThatThrownBy(() -> server.askedFrom(environment)).isInstanceOf(ConnectException.class);
            close(otherLink);
        }
    }

    @Test
    void nobodyOpensAConnectionIntoAnEnvironment() throws IOException {
        try (var server = Listener.open(environment, link.address())) {
            assertThatThrownBy(() -> server.askedFrom(machine.machine(), SHORT_MILLIS))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> server.askedFrom(machine.internet(), SHORT_MILLIS))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aForgedSourceGoesNowhere() throws IOException {
        var forged = Ipv4Prefix.dotted(FakeMachine.number(link.address()) + 7);
        environment.apply(LinkMessages.address(ENVIRONMENTS_LINK, FakeMachine.number(forged)));
        try (var server = machine.internet().run(() -> socket(FakeMachine.INTERNET))) {
            var to = (InetSocketAddress) server.getLocalSocketAddress();
            send(environment, forged, to);
            assertThatThrownBy(() -> receive(server)).isInstanceOf(SocketTimeoutException.class);
            send(environment, link.address(), to);
            assertThat(receive(server)).isEqualTo(FakeMachine.ADDRESS);
        }
    }

    private static DatagramSocket socket(String address) throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    }

    private static void send(Namespace from, String source, InetSocketAddress to) throws IOException {
        from.run(() -> {
            try (var socket = socket(source)) {
                socket.send(new DatagramPacket(new byte[1], 1, to));
            }
            return true;
        });
    }

    private static String receive(DatagramSocket server) throws IOException {
        server.setSoTimeout(SHORT_MILLIS);
        var packet = new DatagramPacket(new byte[1], 1);
        server.receive(packet);
        return packet.getAddress().getHostAddress();
    }

    @Test
    void aRefusalIsQuickAndClear() throws IOException {
        try (var metadata = machine.internet().run(() -> socket(FakeMachine.METADATA))) {
            long before = System.nanoTime();
            assertThatThrownBy(() -> environment.run(() -> {
                        try (var socket = new DatagramSocket()) {
                            socket.connect(metadata.getLocalSocketAddress());
                            socket.setSoTimeout(3_000);
                            socket.send(new DatagramPacket(new byte[1], 1));
                            socket.receive(new DatagramPacket(new byte[1], 1));
                            return true;
                        }
                    }))
                    .isInstanceOfAny(NoRouteToHostException.class, java.net.PortUnreachableException.class);
            assertThat(System.nanoTime() - before).isLessThan(2_000_000_000L);
        }
    }

    @Test
    void thereIsNoIpv6ButLoopback() throws IOException {
        environment.giveLoopback();
        for (var where : List.of(environment, machine.machine())) {
            var addresses = where.run(() -> Files.readAllLines(Path.of("/proc/thread-self/net/if_inet6")));
            assertThat(addresses)
                    .filteredOn(line -> !line.endsWith(" lo") && !line.endsWith(" uplink"))
                    .isEmpty();
        }
    }

    @Test
    void theLinkHasTheUplinksPacketSize() throws IOException {
        assertThat(environment.run(() -> {
                    try (var route = Netlink.route()) {
                        return NetworkView.links(route);
                    }
                }))
                .contains(new NetworkView.Link(ENVIRONMENTS_LINK, "eth0", FakeMachine.MTU));
    }

    @Test
    void betweenTheMachinesOwnLinksNothingIsForwardedAsBefore() throws IOException {
        try (var neighbour = Namespace.open();
                var server = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
            var address = "203.0.113.77";
            machine.machine().run(() -> {
                egress.close();
                return true;
            });
            machine.addNeighbour(neighbour, FakeMachine.number(address));
            egress = startEgress(Egress.Settings.OPEN);
            assertThatThrownBy(() -> server.askedFrom(neighbour, SHORT_MILLIS))
                    .isInstanceOf(SocketTimeoutException.class);

            machine.machine().run(() -> {
                egress.close();
                return true;
            });
            machine.setForwarding("1");
            egress = startEgress(Egress.Settings.OPEN);
            assertThat(server.askedFrom(neighbour)).isEqualTo(address);
        }
        assertThat(machine.forwarding()).isEqualTo("1");
    }
}
