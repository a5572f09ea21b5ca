package dev.boda.sandbox.egress;

import static dev.boda.os.netlink.FirewallRule.ESTABLISHED;
import static dev.boda.os.netlink.FirewallRule.INVALID;
import static dev.boda.os.netlink.FirewallRule.RELATED;
import static dev.boda.os.netlink.FirewallRule.TCP;
import static dev.boda.os.netlink.FirewallRule.in;

import dev.boda.os.netlink.FirewallMessages.Entry;
import dev.boda.os.netlink.FirewallMessages.Hook;
import dev.boda.os.netlink.FirewallMessages.Table;
import dev.boda.os.netlink.FirewallRule;
import dev.boda.os.netlink.Ipv4Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What environments may send and receive, as a table of the kernel's firewall. Pure.
///
/// What is refused is refused twice: as the environment addressed it, before anybody's address translation, and as it
/// would go, after it.
final class EgressRules {

    /// What clouds tell their machines, credentials included, whatever else is open: AWS, Azure, Google and Oracle
    /// (link-local); Azure's WireServer, Alibaba, and Oracle's older address.
    static final List<Ipv4Prefix> ALWAYS_REFUSED = Stream.of(
                    "169.254.0.0/16", "168.63.129.16", "100.100.100.200", "192.0.0.192")
            .map(Ipv4Prefix::parse)
            .toList();

    static final List<Ipv4Prefix> PRIVATE = Stream.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
            .map(Ipv4Prefix::parse)
            .toList();

    /// Before connection tracking and everybody's translations.
    private static final int FIRST_OF_ALL = -300;

    private static final int BEFORE_OTHER_FILTERS = -10;
    private static final int SOURCE_TRANSLATION = 100;

    private static final int ICMP_UNREACHABLE = 3;

    private static final String SENT = "sent";
    private static final String TO_MACHINE = "to_machine";
    private static final String FORWARDED = "forwarded";
    private static final String FROM_MACHINE = "from_machine";
    private static final String TRANSLATED = "translated";
    private static final String DESTINATIONS = "destinations";
    private static final String ELSEWHERE = "elsewhere";
    private static final String REFUSED = "refused";

    private final String links;
    private final List<FirewallRule> rules = new ArrayList<>();

    private EgressRules(String links) {
        this.links = links;
    }

    /// The table for links whose names begin with `links`. Between `separate` links nothing is forwarded: those that
    /// the machine had when this server made it a router.
    static Table table(String name, String links, List<Ipv4Prefix> refused, List<String> separate) {
        var made = new EgressRules(links);
        made.sentByEnvironments();
        made.toTheMachine();
        made.forwarded(separate);
        made.fromTheMachine();
        made.add(in(TRANSLATED).fromLinks(links).masquerade());
        made.destinations(refused);
        made.refused();
        return new Table(
                name,
                List.of(
                        new Entry(SENT, "filter", Hook.ARRIVING, FIRST_OF_ALL),
                        new Entry(TO_MACHINE, "filter", Hook.FOR_THIS_MACHINE, BEFORE_OTHER_FILTERS),
                        new Entry(FORWARDED, "filter", Hook.FORWARDED, BEFORE_OTHER_FILTERS),
                        new Entry(FROM_MACHINE, "filter", Hook.OF_THIS_MACHINE, BEFORE_OTHER_FILTERS),
                        new Entry(TRANSLATED, "nat", Hook.LEAVING, SOURCE_TRANSLATION)),
                List.of(DESTINATIONS, ELSEWHERE, REFUSED),
                made.rules);
    }

    private void sentByEnvironments() {
        add(in(SENT).notFromLinks(links).leave());
        add(in(SENT).notIpv4().drop());
        add(in(SENT).withForeignSource().drop());
        add(in(SENT).notToSomebodyElse().goOnIn(REFUSED));
        add(in(SENT).call(DESTINATIONS));
    }

    private void toTheMachine() {
        add(in(TO_MACHINE).fromLinks(links).goOnIn(REFUSED));
    }

    private void forwarded(List<String> separate) {
        add(in(FORWARDED).fromLinks(links).toLinks(links).goOnIn(REFUSED));
        add(in(FORWARDED).fromLinks(links).call(DESTINATIONS));
        // What the tracking does not know would not be translated.
        add(in(FORWARDED).fromLinks(links).inState(INVALID).drop());
        add(in(FORWARDED).fromLinks(links).accept());
        add(in(FORWARDED).toLinks(links).inState(ESTABLISHED | RELATED).accept());
        add(in(FORWARDED).toLinks(links).drop());
        separate.forEach(name -> add(in(FORWARDED).fromLink(name).goOnIn(ELSEWHERE)));
        separate.forEach(name -> add(in(ELSEWHERE).toLink(name).drop()));
    }

    /// The machine answers, with refusals and with errors of connections on their way, and says nothing by itself.
    private void fromTheMachine() {
        add(in(FROM_MACHINE).notToLinks(links).leave());
        add(in(FROM_MACHINE).inState(ESTABLISHED | RELATED).accept());
        add(in(FROM_MACHINE).ofIcmpType(ICMP_UNREACHABLE).accept());
        add(in(FROM_MACHINE).resettingTcp().accept());
        add(in(FROM_MACHINE).drop());
    }

    private void destinations(List<Ipv4Prefix> refused) {
        refused.forEach(block -> add(in(DESTINATIONS).to(block).goOnIn(REFUSED)));
    }

    private void refused() {
        add(in(REFUSED).ofProtocol(TCP).rejectByReset());
        add(in(REFUSED).reject());
    }

    private void add(FirewallRule rule) {
        rules.add(rule);
    }
}
