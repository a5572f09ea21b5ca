package dev.boda.sandbox.egress;

import dev.boda.os.netlink.Ipv4Prefix;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.LinkMessages.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A machine of its own with an uplink to an internet of its own, each a network namespace: nothing of the real
/// machine's network is touched.
///
/// ```
/// machine: uplink 203.0.113.5 ─── internet: eth0 198.51.100.1, 10.9.8.7, 169.254.169.254
/// ```
final class FakeMachine implements AutoCloseable {

    static final String ADDRESS = "203.0.113.5";
    static final String OTHER_ADDRESS = "192.168.7.1";
    static final String INTERNET = "198.51.100.1";
    static final String PRIVATE = "10.9.8.7";
    static final String METADATA = "169.254.169.254";
    static final int MTU = 1_400;

    static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private static final int UPLINK = 50;
    private static final int NEIGHBOURS_LINK = 51;
    private static final int FAR_END = 60;
    private static final String WIRE = "02aabbccddee";
    private static final String OTHER_WIRE = "02aabbccddff";

    private final Namespace machine;
    private final Namespace internet;

    private FakeMachine(Namespace machine, Namespace internet) {
        this.machine = machine;
        this.internet = internet;
    }

    static FakeMachine start() throws IOException {
        var fake = new FakeMachine(Namespace.open(), Namespace.open());
        fake.wire();
        return fake;
    }

    private void wire() throws IOException {
        try (var far = internet.descriptor()) {
            machine.apply(
                    LinkMessages.pair(new End(UPLINK, "uplink", WIRE, MTU), new End(FAR_END, "eth0", WIRE, MTU), far));
        }
        machine.giveLoopback(number(OTHER_ADDRESS));
        internet.giveLoopback(number(PRIVATE), number(METADATA));
        machine.apply(
                LinkMessages.upWithoutArp(UPLINK),
                LinkMessages.address(UPLINK, number(ADDRESS)),
                LinkMessages.defaultRoute(UPLINK, number(INTERNET)));
        internet.apply(
                LinkMessages.upWithoutArp(FAR_END),
                LinkMessages.address(FAR_END, number(INTERNET)),
                LinkMessages.defaultRoute(FAR_END, number(ADDRESS)));
        setForwarding("0");
    }

    /// A second network of the machine, with one neighbour in it that takes the machine for its router.
    void addNeighbour(Namespace neighbour, int address) throws IOException {
        try (var far = neighbour.descriptor()) {
            machine.apply(LinkMessages.pair(
                    new End(NEIGHBOURS_LINK, "neighbours", OTHER_WIRE, MTU),
                    new End(FAR_END, "eth0", OTHER_WIRE, MTU),
                    far));
        }
        machine.apply(
                LinkMessages.upWithoutArp(NEIGHBOURS_LINK), LinkMessages.routeToNeighbour(NEIGHBOURS_LINK, address));
        neighbour.apply(
                LinkMessages.upWithoutArp(FAR_END),
                LinkMessages.address(FAR_END, address),
                LinkMessages.defaultRoute(FAR_END, number(ADDRESS)));
    }

    Namespace machine() {
        return machine;
    }

    Namespace internet() {
        return internet;
    }

    void setForwarding(String value) throws IOException {
        machine.run(() -> Files.writeString(FORWARDING, value));
    }

    String forwarding() throws IOException {
        return machine.run(() -> Files.readString(FORWARDING).strip());
    }

    static int number(String address) {
        return Ipv4Prefix.parse(address).address();
    }

    @Override
    public void close() {
        machine.close();
        internet.close();
    }
}
