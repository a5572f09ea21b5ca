package dev.boda.sandbox.egress;

import dev.boda.os.NetworkNamespace;
import dev.boda.os.OsException;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.LinkMessages.End;
import dev.boda.os.netlink.Netlink;
import dev.boda.os.netlink.NetlinkMessage;
import java.util.ArrayList;
import java.util.List;

/// Makes and removes pairs of links. Every step runs on a platform thread.
final class Wiring {

    /// The name of an environment's link, as on AWS and nearly everywhere.
    private static final String INSIDE = "eth0";

    /// Beyond what kernels put into a fresh namespace by themselves (tunnels), and never the number of the other end:
    /// a pair of the same numbers would wait up to a second for its wire.
    private static final int INSIDE_INDEX = 1_000;

    private static final int PROBE = 0;
    private static final int PROBE_PEER = 1;

    private static final int NO_SUCH_DEVICE = 19;

    private final Site site;
    private final AddressBlock addresses;
    private final int mtu;
    private final boolean ipv6;

    /// `mtu` is the uplink's; `ipv6`: the kernel has it.
    Wiring(Site site, AddressBlock addresses, int mtu, boolean ipv6) {
        this.site = site;
        this.addresses = addresses;
        this.mtu = mtu;
        this.ipv6 = ipv6;
    }

    /// Connects the namespace of a process. Leaves the calling thread in that namespace: it must end.
    void connect(int number, int pid) throws OsException {
        try (var outside = Netlink.route();
                var namespace = NetworkNamespace.of(pid)) {
            outside.apply(List.of(LinkMessages.pair(outsideEnd(number), insideEnd(number), namespace)));
            try {
                finishOutside(outside, number);
                namespace.enter();
                finishInside(number);
            } catch (OsException refused) {
                remove(outside, number);
                throw refused;
            }
        }
    }

    /// The environment's end goes up last: it is told at once that there is a wire, the other end a moment later.
    private void finishOutside(Netlink outside, int number) throws OsException {
        int link = site.linkIndex(number);
        var messages = up(link);
        messages.add(LinkMessages.routeToNeighbour(link, addresses.address(number)));
        outside.apply(messages);
    }

    private void finishInside(int number) throws OsException {
        try (var inside = Netlink.route()) {
            var messages = up(INSIDE_INDEX);
            messages.add(LinkMessages.address(INSIDE_INDEX, addresses.address(number)));
            messages.add(LinkMessages.defaultRoute(INSIDE_INDEX, addresses.gateway()));
            inside.apply(messages);
        }
    }

    private List<NetlinkMessage> up(int link) {
        var messages = new ArrayList<NetlinkMessage>();
        if (ipv6) {
            messages.add(LinkMessages.withoutOwnIpv6(link));
        }
        messages.add(LinkMessages.upWithoutArp(link));
        return messages;
    }

    /// Makes a pair and removes it, to see that this machine has them.
    void probe() throws OsException {
        try (var here = Netlink.route()) {
            here.apply(List.of(LinkMessages.pairHere(outsideEnd(PROBE), outsideEnd(PROBE_PEER))));
            remove(here, PROBE);
        }
    }

    void remove(int number) throws OsException {
        try (var here = Netlink.route()) {
            remove(here, number);
        }
    }

    private void remove(Netlink here, int number) throws OsException {
        removeLink(here, site.linkIndex(number));
    }

    /// Removes a link by its number, or finds that it is gone already.
    static void removeLink(Netlink here, int link) throws OsException {
        try {
            here.apply(List.of(LinkMessages.remove(link)));
        } catch (OsException refused) {
            if (refused.errno() != NO_SUCH_DEVICE) {
                throw refused;
            }
        }
    }

    private End outsideEnd(int number) {
        return new End(site.linkIndex(number), site.linkName(number), site.hardwareAddress(number), mtu);
    }

    private End insideEnd(int number) {
        return new End(INSIDE_INDEX, INSIDE, site.hardwareAddress(number), mtu);
    }
}
