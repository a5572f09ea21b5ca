package dev.boda.sandbox.egress;

import dev.boda.os.PlatformThreads;
import dev.boda.os.netlink.FirewallMessages;
import dev.boda.os.netlink.LinkMessages;
import dev.boda.os.netlink.Netlink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way out of environments with a network namespace of their own. For root; whoever else asks is told why not.
///
/// Threads: any. Links are made on threads of their own that end in the environment's namespace, and removed on a few
/// threads.
public final class Egress implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Egress.class);

    /// A removal waits some 20 ms for all processors to have passed the link by, mostly at the same time as others.
    private static final int MOST_REMOVALS_AT_ONCE = 8;

    /// What an operator chooses. `refusePrivate`: the private ranges (10/8, 172.16/12, 192.168/16, 100.64/10) are
    /// refused as well.
    public record Settings(boolean refusePrivate) {

        /// Everything is open that may be.
        public static final Settings OPEN = new Settings(false);
    }

    private final Site site;
    private final Settings settings;
    private final AddressBlock addresses;
    private final Wiring wiring;
    private final Forwarding forwarding;
    private final List<String> droppingChains;
    /// Holds the table: the kernel lets nobody else change it while this is open.
    private final Netlink firewall;

    private final PlatformThreads remover = PlatformThreads.start("egress-remove", MOST_REMOVALS_AT_ONCE);

    // Guarded by this.
    private boolean closed;

    Egress(EgressStart start) {
        this.site = start.site();
        this.settings = start.settings();
        this.addresses = start.addresses();
        this.wiring = start.wiring();
        this.forwarding = start.forwarding();
        this.droppingChains = start.droppingChains();
        this.firewall = start.firewall();
    }

    /// Puts the rules in force, after removing what a killed server on this folder left. Blocks; the folder is there.
    public static Egress start(Path stateFolder, Settings settings) throws EgressUnavailable {
        return EgressStart.run(stateFolder, settings);
    }

    /// Gives the network namespace of a process its way out: a link `eth0` with an address and a route. The process
    /// must be alive until this returns. When it throws, nothing is left behind.
    public Link attach(int pid) throws IOException {
        int number = acquire();
        try {
            PlatformThreads.callOnce("egress-attach", () -> {
                wiring.connect(number, pid);
                return number;
            });
        } catch (IOException | RuntimeException | Error failed) {
            addresses.release(number);
            throw failed;
        }
        return new Link(site.linkName(number), addresses.address(number), number, this::detach);
    }

    private synchronized int acquire() throws EgressUnavailable {
        if (closed) {
            throw new EgressUnavailable("The server is ending: no environment gets a way out any more.");
        }
        return addresses
                .acquire()
                .orElseThrow(() ->
                        new EgressUnavailable("All addresses of " + addresses.block() + " are taken by environments."));
    }

    private void detach(int number) throws IOException {
        remover.call(() -> {
            wiring.remove(number);
            return number;
        });
        addresses.release(number);
    }

    /// What is enforced and what is not, a sentence each.
    public List<String> guarantees() {
        var sentences = new ArrayList<String>();
        sentences.add("Network: an environment has its own, with one IPv4 address of " + addresses.block()
                + "; what it sends out carries this machine's address (NAT). It has no IPv6 but ::1.");
        sentences.add("Refused to environments, always: every address of this machine and its loopback, other "
                + "environments, and what clouds tell their machines (169.254.0.0/16, 168.63.129.16, "
                + "100.100.100.200, 192.0.0.192). Forged source addresses are dropped.");
        sentences.add(
                settings.refusePrivate()
                        ? "Private addresses (10/8, 172.16/12, 192.168/16, 100.64/10): refused to environments."
                        : "Private addresses (10/8, 172.16/12, 192.168/16, 100.64/10) that are not this machine's: "
                                + "open to environments.");
        sentences.add("Nobody can open a connection into an environment, this machine included.");
        sentences.add("The machine forwards packets (net.ipv4.ip_forward), which environments need; between the links "
                + "that it had when this server turned that on, nothing is forwarded.");
        droppingChains.forEach(chain -> sentences.add("Warning: the firewall chain \"" + chain
                + "\" of this machine drops what is forwarded and is asked as well: environments may have no way "
                + "out until it accepts links named " + site.linkPrefix() + "*."));
        return List.copyOf(sentences);
    }

    /// Removes every link, then the rules. Environments that still run are cut off.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        remover.close();
        try {
            PlatformThreads.callOnce("egress-close", this::removeEverything);
        } catch (IOException left) {
            log.warn("The network of functions was not removed: {}. The next start does.", left.getMessage());
        } finally {
            firewall.close();
        }
    }

    private boolean removeEverything() throws IOException {
        try (var here = Netlink.route()) {
            var machine = Machine.read(here);
            for (var link : machine.linksOf(site)) {
                Wiring.removeLink(here, link.index());
            }
            here.apply(List.of(LinkMessages.unclaim(addresses.block(), site.seed())));
            boolean others = FirewallMessages.tables(firewall).stream().anyMatch(site::isOfAnother);
            forwarding.giveBack(machine.ownLinkNames(), others);
        }
        firewall.apply(FirewallMessages.remove(site.table()));
        return true;
    }
}
