package dev.boda.os.netlink;

import dev.boda.os.OsException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What the kernel tells of a network namespace's links, addresses and routes.
public final class NetworkView {

    private static final int GET_LINK = 18;
    private static final int GET_ADDRESS = 22;
    private static final int GET_ROUTE = 26;
    private static final int DUMP = 0x300;
    private static final int IPV4 = 2;

    private static final int LINK_BYTES = 16;
    private static final int LINK_INDEX_AT = 4;
    private static final int LINK_NAME = 3;
    private static final int LINK_MTU = 4;

    private static final int ADDRESS_BYTES = 8;
    private static final int ADDRESS = 1;

    private static final int ROUTE_BYTES = 12;
    private static final int ROUTE_DESTINATION = 1;
    private static final int ROUTE_LINK = 4;
    private static final int ROUTE_PRIORITY = 6;

    private NetworkView() {}

    /// A link by its number.
    public record Link(int index, String name, int mtu) {}

    /// A route of any table; `ours` if [LinkMessages] made it. `link` is 0 where it leads nowhere.
    public record Route(Ipv4Prefix destination, int link, int priority, boolean ours) {}

    public static List<Link> links(Netlink route) throws OsException {
        var question = NetlinkMessage.unacknowledged("the links", GET_LINK, DUMP)
                .octets(0, 0, 0, 0)
                .word(0)
                .word(0)
                .word(0);
        return route.dump(question, LINK_BYTES).stream()
                .map(link -> new Link(
                        link.fixedWord(LINK_INDEX_AT),
                        link.text(LINK_NAME).orElse(""),
                        link.word(LINK_MTU).orElse(0)))
                .toList();
    }

    /// The networks of the links' IPv4 addresses.
    public static List<Ipv4Prefix> addresses(Netlink route) throws OsException {
        var question = NetlinkMessage.unacknowledged("the addresses", GET_ADDRESS, DUMP)
                .octets(IPV4, 0, 0, 0)
                .word(0);
        return route.dump(question, ADDRESS_BYTES).stream()
                .flatMap(address ->
                        address.networkWord(ADDRESS).map(number -> new Ipv4Prefix(number, address.octet(1))).stream())
                .toList();
    }

    /// The IPv4 routes of all tables.
    public static List<Route> routes(Netlink route) throws OsException {
        var question = NetlinkMessage.unacknowledged("the routes", GET_ROUTE, DUMP)
                .octets(IPV4, 0, 0, 0, 0, 0, 0, 0)
                .word(0);
        return route.dump(question, ROUTE_BYTES).stream()
                .map(NetworkView::route)
                .toList();
    }

    private static Route route(NetlinkReply reply) {
        return new Route(
                new Ipv4Prefix(reply.networkWord(ROUTE_DESTINATION).orElse(0), reply.octet(1)),
                reply.word(ROUTE_LINK).orElse(0),
                reply.word(ROUTE_PRIORITY).orElse(0),
                reply.octet(5) == LinkMessages.PROTOCOL);
    }

    /// The link of the route that leads everywhere, the most preferred one.
    public static Optional<Link> uplink(List<Link> links, List<Route> routes) {
        return routes.stream()
                .filter(route -> route.destination().length() == 0 && route.link() != 0)
                .min(Comparator.comparingInt(Route::priority))
                .flatMap(route -> links.stream()
                        .filter(link -> link.index() == route.link())
                        .findFirst());
    }
}
