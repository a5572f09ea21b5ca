package dev.boda.sandbox.egress;

import dev.boda.os.OsException;
import dev.boda.os.PlatformThreads;
import dev.boda.os.netlink.FirewallMessages;
import dev.boda.os.netlink.FirewallMessages.Owner;
import dev.boda.os.netlink.FirewallMessages.Table;
import dev.boda.os.netlink.Ipv4Prefix;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.Netlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The start of an [Egress], step by step: rules first, links never without them.
record EgressStart(
        Site site,
        Egress.Settings settings,
        AddressBlock addresses,
        Wiring wiring,
        Forwarding forwarding,
        List<String> droppingChains,
        Netlink firewall) {

    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path IPV6 = Path.of("/proc/net/if_inet6");

    private static final int NOT_PERMITTED = 1;
    private static final int INVALID = 22;
    private static final int NOT_SUPPORTED = 95;

    static Egress run(Path stateFolder, Egress.Settings settings) throws EgressUnavailable {
        var capabilities = Capabilities.ofThisThread();
        if (!capabilities.areEnough()) {
            throw new EgressUnavailable(
                    "Environments have no way out: the server is not root, or may not administer the "
                            + "network (CAP_NET_ADMIN and CAP_SYS_ADMIN are needed).");
        }
        try {
            var folder = stateFolder.toRealPath();
            return PlatformThreads.callOnce("egress-start", () -> start(folder, settings));
        } catch (EgressUnavailable said) {
            throw said;
        } catch (IOException refused) {
            throw new EgressUnavailable("Environments have no way out:", refused);
        }
    }

    private static Egress start(Path folder, Egress.Settings settings) throws IOException {
        var site = Site.of(folder);
        var firewall = Netlink.firewall();
        try (var here = Netlink.route()) {
            return start(folder, settings, site, firewall, here);
        } catch (IOException | RuntimeException | Error failed) {
            firewall.close();
            throw failed;
        }
    }

    private static Egress start(Path folder, Egress.Settings settings, Site site, Netlink firewall, Netlink here)
            throws IOException {
        var machine = Machine.read(here);
        var addresses = new AddressBlock(AddressBlock.choose(machine.othersNetworks(site), site.seed())
                .orElseThrow(() -> new EgressUnavailable("Environments have no way out: every block of addresses that "
                        + "they could have is one that this machine already knows a way to.")));
        var forwarding =
                new Forwarding(FORWARDING, folder, Files.readString(BOOT).strip());
        var separate = forwarding.separateLinks(machine.ownLinkNames());
        var refused = refused(settings, addresses.block());
        var dropping = FirewallMessages.chainsThatDropForwarded(firewall);

        replaceTable(firewall, EgressRules.table(site.table(), site.linkPrefix(), refused, separate));
        try {
            removeLeftovers(site, machine, here);
            here.apply(List.of(LinkMessages.claim(addresses.block(), site.seed())));
            var wiring = new Wiring(site, addresses, machine.mtu(), Files.exists(IPV6));
            wiring.probe();
            forwarding.turnOn();
            return new Egress(new EgressStart(site, settings, addresses, wiring, forwarding, dropping, firewall));
        } catch (IOException failed) {
            undo(site, addresses.block(), firewall, here);
            throw failed;
        }
    }

    private static List<Ipv4Prefix> refused(Egress.Settings settings, Ipv4Prefix environments) {
        var refused = new ArrayList<>(EgressRules.ALWAYS_REFUSED);
        refused.add(environments);
        if (settings.refusePrivate()) {
            refused.addAll(EgressRules.PRIVATE);
        }
        return refused;
    }

    /// One that outlives the process, if the kernel has that: functions may outlive it by a moment too.
    private static void replaceTable(Netlink firewall, Table table) throws IOException {
        try {
            firewall.apply(FirewallMessages.replace(table, Owner.PERSISTENT));
        } catch (OsException refused) {
            switch (refused.errno()) {
                case NOT_SUPPORTED, INVALID -> firewall.apply(FirewallMessages.replace(table, Owner.SOCKET));
                case NOT_PERMITTED ->
                    throw new EgressUnavailable(
                            "Environments have no way out: another process holds " + table.name() + ", or this one may "
                                    + "not change the firewall.",
                            refused);
                default -> throw refused;
            }
        }
    }

    private static void removeLeftovers(Site site, Machine machine, Netlink here) throws OsException {
        for (var link : machine.linksOf(site)) {
            Wiring.removeLink(here, link.index());
        }
        for (var block : machine.claimsOf(site)) {
            here.apply(List.of(LinkMessages.unclaim(block, site.seed())));
        }
    }

    private static void undo(Site site, Ipv4Prefix block, Netlink firewall, Netlink here) throws OsException {
        if (Machine.read(here).claimsOf(site).contains(block)) {
            here.apply(List.of(LinkMessages.unclaim(block, site.seed())));
        }
        firewall.apply(FirewallMessages.remove(site.table()));
    }
}
