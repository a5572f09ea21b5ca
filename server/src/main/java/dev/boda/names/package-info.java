/// DNS inside the networks of environments: answers questions that arrive at sockets there by asking the machine's own
/// name servers from the machine's own network.
///
/// ```
/// socket inside ──▶ EnvironmentNames ──▶ Question ──┬──▶ answered here: localhost, AWS's names, no way out
///                     how many at once               └──▶ Lookup ──▶ a name server of resolv.conf ──▶ back
/// ```
///
/// [NameServer] is the entry type; one thread of it serves all environments. Always true: a question takes a bounded
/// amount of memory, an environment has a bounded number of them under way, and what is beyond waits in the kernel's
/// queue of its own socket.
@NullMarked
package dev.boda.names;

import org.jspecify.annotations.NullMarked;
