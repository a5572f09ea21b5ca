package dev.boda.sandbox.egress;

import dev.boda.os.OsException;
import dev.boda.os.netlink.Ipv4Prefix;
import dev.boda.os.netlink.Netlink;
import dev.boda.os.netlink.NetworkView;
import dev.boda.os.netlink.NetworkView.Link;
import dev.boda.os.netlink.NetworkView.Route;
import java.util.List;
import java.util.stream.Stream;

/// The machine's network as it is found at the start.
record Machine(List<Link> links, List<Ipv4Prefix> addresses, List<Route> routes) {

    private static final int USUAL_MTU = 1_500;
    private static final String LOOPBACK = "lo";

    Machine {
        links = List.copyOf(links);
        addresses = List.copyOf(addresses);
        routes = List.copyOf(routes);
    }

    static Machine read(Netlink route) throws OsException {
        return new Machine(NetworkView.links(route), NetworkView.addresses(route), NetworkView.routes(route));
    }

    /// The networks that are somebody else's than this server's, told by the priority of its claim.
    List<Ipv4Prefix> othersNetworks(Site site) {
        var ours = links.stream()
                .filter(link -> link.name().startsWith(site.linkPrefix()))
                .map(Link::index)
                .toList();
        return Stream.concat(
                        addresses.stream(),
                        routes.stream()
                                .filter(route -> !ours.contains(route.link()))
                                .filter(route -> !isClaimOf(site, route))
                                .map(Route::destination))
                .toList();
    }

    /// Blocks that a killed server on this folder had.
    List<Ipv4Prefix> claimsOf(Site site) {
        return routes.stream()
                .filter(route -> isClaimOf(site, route))
                .map(Route::destination)
                .toList();
    }

    private static boolean isClaimOf(Site site, Route route) {
        return route.ours() && route.priority() == site.seed();
    }

    List<Link> linksOf(Site site) {
        return links.stream()
                .filter(link -> link.name().startsWith(site.linkPrefix()))
                .toList();
    }

    /// The names of the links that are nobody's environments' and lead somewhere.
    List<String> ownLinkNames() {
        return links.stream()
                .map(Link::name)
                .filter(name -> !Site.isOfAnyServer(name) && !name.equals(LOOPBACK))
                .toList();
    }

    int mtu() {
        return NetworkView.uplink(links, routes)
                .map(Link::mtu)
                .filter(mtu -> mtu > 0)
                .orElse(USUAL_MTU);
    }
}
