package dev.boda.os.netlink;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// A rule of nf_tables: conditions, all of which must hold, and what is done then. The kernel runs it as a small
/// program over registers; each method adds a step or two of it.
public final class FirewallRule {

    /// The bits of a packet's state in the connection tracking.
    public static final int INVALID = 1;

    public static final int ESTABLISHED = 2;
    public static final int RELATED = 4;

    public static final int ICMP = 1;
    public static final int TCP = 6;

    private static final int LONGEST_LINK_NAME = 16;

    private static final int REGISTER = 1;
    private static final int VERDICT_REGISTER = 0;
    private static final int VALUE = 1;
    private static final int VERDICT = 2;
    private static final int EQUAL = 0;
    private static final int DIFFERENT = 1;

    private static final int META_IN_NAME = 6;
    private static final int META_OUT_NAME = 7;
    private static final int META_FAMILY = 15;
    private static final int META_PROTOCOL = 16;
    private static final byte IPV4 = 2;

    private static final int NETWORK_HEADER = 1;
    private static final int TRANSPORT_HEADER = 2;
    private static final int DESTINATION_AT = 16;
    private static final int TCP_FLAGS_AT = 13;
    private static final byte TCP_RESET = 4;

    private static final int ROUTE_LINK = 1;
    private static final int ROUTE_TYPE = 3;
    private static final int BY_SOURCE = 1;
    private static final int BY_DESTINATION = 2;
    private static final int OF_ARRIVING_LINK = 8;
    private static final int UNICAST = 1;

    private static final int DROP = 0;
    private static final int ACCEPT = 1;
    private static final int JUMP = -3;
    private static final int GOTO = -4;
    private static final int RETURN = -5;

    private static final int REJECT_WITH_RESET = 1;
    private static final int REJECT_WITH_ICMP_OF_ANY_FAMILY = 2;
    private static final byte ADMINISTRATIVELY_PROHIBITED = 3;

    private final String chain;
    private final List<Consumer<NetlinkMessage>> steps = new ArrayList<>();

    private FirewallRule(String chain) {
        this.chain = chain;
    }

    /// A rule at the end of a chain.
    public static FirewallRule in(String chain) {
        return new FirewallRule(chain);
    }

    String chain() {
        return chain;
    }

    void write(NetlinkMessage message) {
        steps.forEach(step -> message.nested(1, step));
    }

    /// It came in by a link whose name begins so.
    public FirewallRule fromLinks(String prefix) {
        return meta(META_IN_NAME).compare(EQUAL, prefix.getBytes(StandardCharsets.UTF_8));
    }

    public FirewallRule notFromLinks(String prefix) {
        return meta(META_IN_NAME).compare(DIFFERENT, prefix.getBytes(StandardCharsets.UTF_8));
    }

    /// It goes out by a link whose name begins so.
    public FirewallRule toLinks(String prefix) {
        return meta(META_OUT_NAME).compare(EQUAL, prefix.getBytes(StandardCharsets.UTF_8));
    }

    public FirewallRule notToLinks(String prefix) {
        return meta(META_OUT_NAME).compare(DIFFERENT, prefix.getBytes(StandardCharsets.UTF_8));
    }

    public FirewallRule fromLink(String name) {
        return meta(META_IN_NAME).compare(EQUAL, wholeName(name));
    }

    public FirewallRule toLink(String name) {
        return meta(META_OUT_NAME).compare(EQUAL, wholeName(name));
    }

    public FirewallRule notIpv4() {
        return meta(META_FAMILY).compare(DIFFERENT, new byte[] {IPV4});
    }

    public FirewallRule ofProtocol(int number) {
        return meta(META_PROTOCOL).compare(EQUAL, new byte[] {(byte) number});
    }

    /// Its source is not where answers to it would go: it would leave by another link than the one it came by.
    public FirewallRule withForeignSource() {
        return route(ROUTE_LINK, BY_SOURCE | OF_ARRIVING_LINK).compare(EQUAL, NetlinkMessage.machineOrder(0));
    }

    /// It goes to an address of this machine, or to many (broadcast, multicast).
    public FirewallRule notToSomebodyElse() {
        return route(ROUTE_TYPE, BY_DESTINATION).compare(DIFFERENT, NetlinkMessage.machineOrder(UNICAST));
    }

    public FirewallRule to(Ipv4Prefix block) {
        return payload(NETWORK_HEADER, DESTINATION_AT, Integer.BYTES)
                .masked(NetlinkMessage.networkOrder(block.mask()))
                .compare(EQUAL, NetlinkMessage.networkOrder(block.address()));
    }

    /// Its connection is in one of these states (their bits).
    public FirewallRule inState(int states) {
        step("ct", expression -> expression.networkAttribute(1, REGISTER).networkAttribute(2, 0));
        return masked(NetlinkMessage.machineOrder(states)).compare(DIFFERENT, NetlinkMessage.machineOrder(0));
    }

    public FirewallRule ofIcmpType(int type) {
        return ofProtocol(ICMP).payload(TRANSPORT_HEADER, 0, 1).compare(EQUAL, new byte[] {(byte) type});
    }

    public FirewallRule resettingTcp() {
        return ofProtocol(TCP)
                .payload(TRANSPORT_HEADER, TCP_FLAGS_AT, 1)
                .masked(new byte[] {TCP_RESET})
                .compare(EQUAL, new byte[] {TCP_RESET});
    }

    public FirewallRule accept() {
        return verdict(ACCEPT, "");
    }

    public FirewallRule drop() {
        return verdict(DROP, "");
    }

    /// Leaves the chain: what called it goes on.
    public FirewallRule leave() {
        return verdict(RETURN, "");
    }

    /// Goes through another chain and comes back.
    public FirewallRule call(String other) {
        return verdict(JUMP, other);
    }

    /// Goes on in another chain.
    public FirewallRule goOnIn(String other) {
        return verdict(GOTO, other);
    }

    /// Ends a TCP connection at its sender.
    public FirewallRule rejectByReset() {
        return step("reject", reject -> reject.networkAttribute(1, REJECT_WITH_RESET));
    }

    /// Tells the sender that this is administratively prohibited.
    public FirewallRule reject() {
        return step(
                "reject",
                reject -> reject.networkAttribute(1, REJECT_WITH_ICMP_OF_ANY_FAMILY)
                        .attribute(2, new byte[] {ADMINISTRATIVELY_PROHIBITED}));
    }

    /// Gives it the source address of the link that it leaves by, and its answers the way back.
    public FirewallRule masquerade() {
        return step("masq", _ -> {});
    }

    private FirewallRule meta(int key) {
        return step("meta", meta -> meta.networkAttribute(1, REGISTER).networkAttribute(2, key));
    }

    private FirewallRule route(int result, int flags) {
        return step(
                "fib",
                fib -> fib.networkAttribute(1, REGISTER)
                        .networkAttribute(2, result)
                        .networkAttribute(3, flags));
    }

    private FirewallRule payload(int header, int offset, int length) {
        return step(
                "payload",
                payload -> payload.networkAttribute(1, REGISTER)
                        .networkAttribute(2, header)
                        .networkAttribute(3, offset)
                        .networkAttribute(4, length));
    }

    private FirewallRule masked(byte[] mask) {
        return step(
                "bitwise",
                bitwise -> bitwise.networkAttribute(1, REGISTER)
                        .networkAttribute(2, REGISTER)
                        .networkAttribute(3, mask.length)
                        .nested(4, value -> value.attribute(VALUE, mask))
                        .nested(5, value -> value.attribute(VALUE, new byte[mask.length])));
    }

    private FirewallRule compare(int operator, byte[] with) {
        return step(
                "cmp",
                compare -> compare.networkAttribute(1, REGISTER)
                        .networkAttribute(2, operator)
                        .nested(3, value -> value.attribute(VALUE, with)));
    }

    private FirewallRule verdict(int code, String chainName) {
        return step(
                "immediate",
                immediate -> immediate
                        .networkAttribute(1, VERDICT_REGISTER)
                        .nested(
                                2,
                                value -> value.nested(VERDICT, verdict -> {
                                    verdict.networkAttribute(1, code);
                                    if (!chainName.isEmpty()) {
                                        verdict.attribute(2, chainName);
                                    }
                                })));
    }

    private FirewallRule step(String expression, Consumer<NetlinkMessage> details) {
        steps.add(step -> step.attribute(1, expression).nested(2, details));
        return this;
    }

    private static byte[] wholeName(String name) {
        return Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), LONGEST_LINK_NAME);
    }
}
