/// What an environment with a network namespace of its own reaches outside: the internet by NAT, as on AWS, and
/// never the machine, its neighbours, or what a cloud tells its machines.
///
/// Entry: [Egress], started once and asked for a [Link] an environment.
///
/// ```
///   environment                    machine
///   eth0 100.64.3.9/32 ─── pair ─── vethbXXXXXX0309   route 100.64.3.9 ──▶ NAT ──▶ uplink
///        default via 100.64.0.1     (no address)      rules: table inet boda_XXXXXXXX
/// ```
///
/// XXXX is a digest of the server's folder, so that several servers share a machine and each finds what a killed one
/// left. Everything about a link follows from its number in the block of addresses (0309): nothing is looked up.
/// The two ends of a pair have the same hardware address and no ARP: there are no neighbours to resolve, to forge or
/// to run out of. No end has an IPv6 address, and IPv6 packets are dropped.
///
/// Always true: the rules are in force before the first link is made, and stay until the last one is gone.
@NullMarked
package dev.boda.sandbox.egress;

import org.jspecify.annotations.NullMarked;
