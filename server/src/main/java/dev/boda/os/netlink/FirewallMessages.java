package dev.boda.os.netlink;

import dev.boda.os.OsException;
import java.util.ArrayList;
import java.util.List;

/// What can be asked of nf_tables: a table of IPv4 and IPv6 with its chains and rules, made or removed as a whole.
public final class FirewallMessages {

    private static final int SUBSYSTEM = 10;
    private static final int NEW_TABLE = SUBSYSTEM << 8;
    private static final int GET_TABLE = NEW_TABLE + 1;
    private static final int DELETE_TABLE = NEW_TABLE + 2;
    private static final int NEW_CHAIN = NEW_TABLE + 3;
    private static final int GET_CHAIN = NEW_TABLE + 4;
    private static final int NEW_RULE = NEW_TABLE + 6;
    private static final int BEGIN = 16;
    private static final int END = 17;

    private static final int CREATE = 0x400;
    private static final int APPEND = 0x800;
    private static final int DUMP = 0x300;

    private static final int ANY_FAMILY = 0;
    private static final int BOTH_FAMILIES = 1;
    private static final int IPV4 = 2;
    private static final int HEADER_BYTES = 4;

    private static final int TABLE_NAME = 1;
    private static final int TABLE_FLAGS = 2;
    private static final int CHAIN_TABLE = 1;
    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int CHAIN_TYPE = 7;
    private static final int RULE_TABLE = 1;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_STEPS = 4;

    private static final int POLICY_DROP = 0;

    private FirewallMessages() {}

    /// Where in a packet's way through the machine a chain is entered.
    public enum Hook {
        ARRIVING(0),
        FOR_THIS_MACHINE(1),
        FORWARDED(2),
        OF_THIS_MACHINE(3),
        LEAVING(4);

        private final int number;

        Hook(int number) {
            this.number = number;
        }
    }

    /// A chain that packets enter by themselves. `type` is `filter` or `nat`; the lowest priority comes first.
    public record Entry(String name, String type, Hook hook, int priority) {}

    /// Whose table it is: it goes when the socket that made it is closed and can be changed by nobody else until then
    /// (Linux 5.12); with PERSISTENT (6.9) it stays and is everybody's.
    public enum Owner {
        SOCKET(2),
        PERSISTENT(6);

        private final int flags;

        Owner(int flags) {
            this.flags = flags;
        }
    }

    /// A whole table.
    public record Table(String name, List<Entry> entries, List<String> chains, List<FirewallRule> rules) {
        public Table {
            entries = List.copyOf(entries);
            chains = List.copyOf(chains);
            rules = List.copyOf(rules);
        }
    }

    /// Puts `table` in the place of the one of this name that may be there, in one step.
    public static List<NetlinkMessage> replace(Table table, Owner owner) {
        var messages = new ArrayList<NetlinkMessage>();
        messages.add(frame(BEGIN));
        messages.add(newTable(table.name()));
        messages.add(deleteTable(table.name()));
        messages.add(newTable(table.name()).networkAttribute(TABLE_FLAGS, owner.flags));
        table.entries().forEach(entry -> messages.add(newEntry(table.name(), entry)));
        table.chains().forEach(chain -> messages.add(newChain(table.name(), chain)));
        table.rules().forEach(rule -> messages.add(newRule(table.name(), rule)));
        messages.add(frame(END));
        return messages;
    }

    public static List<NetlinkMessage> remove(String table) {
        return List.of(frame(BEGIN), deleteTable(table), frame(END));
    }

    /// The names of the tables of both families.
    public static List<String> tables(Netlink firewall) throws OsException {
        var question = header(NetlinkMessage.unacknowledged("the firewall's tables", GET_TABLE, DUMP), BOTH_FAMILIES);
        return firewall.dump(question, HEADER_BYTES).stream()
                .flatMap(table -> table.text(TABLE_NAME).stream())
                .toList();
    }

    /// The chains, as `table chain`, that drop forwarded IPv4 packets of which they know nothing else.
    public static List<String> chainsThatDropForwarded(Netlink firewall) throws OsException {
        var question = header(NetlinkMessage.unacknowledged("the firewall's chains", GET_CHAIN, DUMP), ANY_FAMILY);
        return firewall.dump(question, HEADER_BYTES).stream()
                .filter(chain -> chain.octet(0) == BOTH_FAMILIES || chain.octet(0) == IPV4)
                .filter(chain -> chain.nested(CHAIN_HOOK)
                        .flatMap(hook -> hook.networkWord(1))
                        .filter(hook -> hook == Hook.FORWARDED.number)
                        .isPresent())
                .filter(chain -> chain.networkWord(CHAIN_POLICY)
                        .filter(policy -> policy == POLICY_DROP)
                        .isPresent())
                .map(chain -> chain.text(CHAIN_TABLE).orElse("") + " "
                        + chain.text(CHAIN_NAME).orElse(""))
                .toList();
    }

    private static NetlinkMessage frame(int type) {
        return NetlinkMessage.unacknowledged("a firewall table", type, 0).octets(0, 0, 0, SUBSYSTEM);
    }

    private static NetlinkMessage newTable(String name) {
        return header(NetlinkMessage.of("the firewall table " + name, NEW_TABLE, CREATE), BOTH_FAMILIES)
                .attribute(TABLE_NAME, name);
    }

    private static NetlinkMessage deleteTable(String name) {
        return header(NetlinkMessage.of("the removal of the firewall table " + name, DELETE_TABLE, 0), BOTH_FAMILIES)
                .attribute(TABLE_NAME, name);
    }

    private static NetlinkMessage newEntry(String table, Entry entry) {
        return newChain(table, entry.name())
                .nested(
                        CHAIN_HOOK,
                        hook -> hook.networkAttribute(1, entry.hook().number).networkAttribute(2, entry.priority()))
                .attribute(CHAIN_TYPE, entry.type());
    }

    private static NetlinkMessage newChain(String table, String chain) {
        return header(NetlinkMessage.of("the firewall chain " + chain, NEW_CHAIN, CREATE), BOTH_FAMILIES)
                .attribute(CHAIN_TABLE, table)
                .attribute(CHAIN_NAME, chain);
    }

    private static NetlinkMessage newRule(String table, FirewallRule rule) {
        return header(
                        NetlinkMessage.of("a rule of the firewall chain " + rule.chain(), NEW_RULE, CREATE | APPEND),
                        BOTH_FAMILIES)
                .attribute(RULE_TABLE, table)
                .attribute(RULE_CHAIN, rule.chain())
                .nested(RULE_STEPS, rule::write);
    }

    private static NetlinkMessage header(NetlinkMessage message, int family) {
        return message.octets(family, 0, 0, 0);
    }
}
