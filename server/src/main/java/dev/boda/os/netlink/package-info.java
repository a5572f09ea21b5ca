/// The kernel's network by netlink, its own binary protocol: what the programs `ip` and `nft` say to it, without the
/// programs, which many machines lack.
///
/// Entry: [Netlink], a socket that makes the kernel do a list of [NetlinkMessage]s or tell what it has as
/// [NetlinkReply]s. [LinkMessages] has the words for links, addresses and routes, [FirewallMessages] and
/// [FirewallRule] those for nf_tables. A socket acts in the network namespace of the thread that opened it.
///
/// Numbers and layouts are those of `linux/netlink.h`, `linux/rtnetlink.h`, `linux/if_link.h` and
/// `linux/netfilter/nf_tables.h`. Links' and routes' numbers are in the machine's byte order, the firewall's in the
/// network's.
@NullMarked
package dev.boda.os.netlink;

import org.jspecify.annotations.NullMarked;
