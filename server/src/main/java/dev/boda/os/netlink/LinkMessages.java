package dev.boda.os.netlink;

import dev.boda.os.NetworkNamespace;
import java.util.HexFormat;
import java.util.function.Consumer;

/// What can be asked of links, addresses and routes (`rtnetlink(7)`). Links are named by their numbers, which whoever
/// makes them may choose.
public final class LinkMessages {

    private static final int NEW_LINK = 16;
    private static final int DELETE_LINK = 17;
    private static final int SET_LINK = 19;
    private static final int NEW_ADDRESS = 20;
    private static final int NEW_ROUTE = 24;
    private static final int DELETE_ROUTE = 25;

    private static final int CREATE_ONLY = 0x600;

    private static final int IPV4 = 2;
    private static final int IPV6 = 10;

    private static final int LINK_ADDRESS = 1;
    private static final int LINK_NAME = 3;
    private static final int LINK_MTU = 4;
    private static final int LINK_KIND_SETTINGS = 18;
    private static final int LINK_OF_FAMILIES = 26;
    private static final int LINK_NAMESPACE = 28;
    private static final int KIND = 1;
    private static final int KIND_DETAILS = 2;
    private static final int VETH_PEER = 1;
    private static final int IPV6_ADDRESS_GENERATION = 8;
    private static final byte GENERATES_NONE = 1;

    private static final int UP = 1;
    private static final int NO_ARP = 0x80;

    private static final int ADDRESS = 1;
    private static final int LOCAL_ADDRESS = 2;
    private static final int NO_PREFIX_ROUTE = 0x200;
    private static final int ADDRESS_FLAGS = 8;

    private static final int ROUTE_DESTINATION = 1;
    private static final int ROUTE_LINK = 4;
    private static final int ROUTE_GATEWAY = 5;
    private static final int ROUTE_PRIORITY = 6;
    private static final int MAIN_TABLE = 254;
    private static final int SCOPE_EVERYWHERE = 0;
    private static final int SCOPE_LINK = 253;
    private static final int UNICAST = 1;
    private static final int UNREACHABLE = 7;
    private static final int GATEWAY_IS_ON_LINK = 4;

    /// Who made our routes; a number that nobody else is known to use (`/etc/iproute2/rt_protos`).
    static final int PROTOCOL = 176;

    private LinkMessages() {}

    /// One end of a pair. `hardwareAddress` has twelve hexadecimal digits.
    public record End(int index, String name, String hardwareAddress, int mtu) {}

    /// Makes two Ethernet links that are each other's wire, both down, the second one in a namespace. Both have the
    /// same hardware address and never ask for the other's: what one sends is addressed to itself, and so the
    /// other accepts it.
    public static NetlinkMessage pair(End here, End there, NetworkNamespace namespace) {
        return pair(here, there, peer -> peer.attribute(LINK_NAMESPACE, namespace.descriptor()));
    }

    /// The same, both ends here.
    public static NetlinkMessage pairHere(End here, End there) {
        return pair(here, there, _ -> {});
    }

    private static NetlinkMessage pair(End here, End there, Consumer<NetlinkMessage> whereThereIs) {
        var message = link("the pair of links " + here.name() + " and " + there.name(), NEW_LINK, CREATE_ONLY, here);
        return message.nested(
                LINK_KIND_SETTINGS,
                settings -> settings.attribute(KIND, "veth")
                        .nested(
                                KIND_DETAILS,
                                details -> details.nested(VETH_PEER, peer -> {
                                    end(peer, there);
                                    whereThereIs.accept(peer);
                                })));
    }

    private static NetlinkMessage link(String what, int type, int flags, End end) {
        return end(NetlinkMessage.of(what, type, flags), end);
    }

    private static NetlinkMessage end(NetlinkMessage message, End end) {
        return linkHeader(message, end.index(), 0, 0)
                .attribute(LINK_NAME, end.name())
                .attribute(LINK_ADDRESS, HexFormat.of().parseHex(end.hardwareAddress()))
                .attribute(LINK_MTU, end.mtu());
    }

    /// Gives a link no IPv6 address by itself, not even a link-local one. To be asked before it goes up.
    public static NetlinkMessage withoutOwnIpv6(int link) {
        return linkHeader(NetlinkMessage.of("IPv6 of link " + link, SET_LINK, 0), link, 0, 0)
                .nested(
                        LINK_OF_FAMILIES,
                        families -> families.nested(
                                IPV6, ipv6 -> ipv6.attribute(IPV6_ADDRESS_GENERATION, new byte[] {GENERATES_NONE})));
    }

    /// Turns a link on, without ARP.
    public static NetlinkMessage upWithoutArp(int link) {
        return linkHeader(NetlinkMessage.of("link " + link + " going up", SET_LINK, 0), link, UP | NO_ARP, UP | NO_ARP);
    }

    /// Removes a link, and the other end with it.
    public static NetlinkMessage remove(int link) {
        return linkHeader(NetlinkMessage.of("the removal of link " + link, DELETE_LINK, 0), link, 0, 0);
    }

    /// Gives a link one address without neighbours.
    public static NetlinkMessage address(int link, int address) {
        return NetlinkMessage.of("the address " + Ipv4Prefix.dotted(address), NEW_ADDRESS, CREATE_ONLY)
                .octets(IPV4, Ipv4Prefix.ADDRESS_BITS, 0, SCOPE_EVERYWHERE)
                .word(link)
                .networkAttribute(LOCAL_ADDRESS, address)
                .networkAttribute(ADDRESS, address)
                .attribute(ADDRESS_FLAGS, NO_PREFIX_ROUTE);
    }

    /// A route to one address that is right behind a link.
    public static NetlinkMessage routeToNeighbour(int link, int address) {
        var to = new Ipv4Prefix(address, Ipv4Prefix.ADDRESS_BITS);
        return route(NEW_ROUTE, CREATE_ONLY, to, SCOPE_LINK, UNICAST, 0).attribute(ROUTE_LINK, link);
    }

    /// The route to everywhere, by a gateway that is taken to be right behind the link.
    public static NetlinkMessage defaultRoute(int link, int gateway) {
        return route(NEW_ROUTE, CREATE_ONLY, new Ipv4Prefix(0, 0), SCOPE_EVERYWHERE, UNICAST, GATEWAY_IS_ON_LINK)
                .networkAttribute(ROUTE_GATEWAY, gateway)
                .attribute(ROUTE_LINK, link);
    }

    /// A route that refuses: nobody of this block is elsewhere. It tells other servers that the block is taken; its
    /// `priority` tells which server took it.
    public static NetlinkMessage claim(Ipv4Prefix block, int priority) {
        return route(NEW_ROUTE, CREATE_ONLY, block, SCOPE_EVERYWHERE, UNREACHABLE, 0)
                .attribute(ROUTE_PRIORITY, priority);
    }

    /// Takes a claim back.
    public static NetlinkMessage unclaim(Ipv4Prefix block, int priority) {
        return route(DELETE_ROUTE, 0, block, SCOPE_EVERYWHERE, UNREACHABLE, 0).attribute(ROUTE_PRIORITY, priority);
    }

    private static NetlinkMessage route(int type, int messageFlags, Ipv4Prefix to, int scope, int kind, int flags) {
        var message = NetlinkMessage.of("the route to " + to, type, messageFlags)
                .octets(IPV4, to.length(), 0, 0, MAIN_TABLE, PROTOCOL, scope, kind)
                .word(flags);
        return to.length() == 0 ? message : message.networkAttribute(ROUTE_DESTINATION, to.address());
    }

    private static NetlinkMessage linkHeader(NetlinkMessage message, int index, int flags, int change) {
        return message.octets(0, 0, 0, 0).word(index).word(flags).word(change);
    }
}
