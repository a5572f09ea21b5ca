package dev.boda.sandbox.namespaces;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// By what right namespaces are made: as root, or in a user namespace, where everybody has root's rights.
///
/// @param userNamespace whether one is needed
/// @param user          the server's
/// @param group         the server's
record Rights(boolean userNamespace, long user, long group) {

    /// What may work for this process, the better first.
    static List<Rights> toTry() throws IOException {
        var self = Path.of("/proc/self");
        int user = (Integer) Files.getAttribute(self, "unix:uid");
        var ordinary = new Rights(true, user, (Integer) Files.getAttribute(self, "unix:gid"));
        return user == 0 ? List.of(new Rights(false, 0, 0), ordinary) : List.of(ordinary);
    }

    /// Whether the processes inside are root's to the kernel, though without its rights: the only user that one in a
    /// user namespace can be is the server's.
    boolean isRootOutside() {
        return userNamespace && user == 0;
    }

    /// Who the processes of a sandbox are.
    ///
    /// @param server what tells the server from others on the machine
    /// @param number the sandbox's
    Identities identities(int server, int number) {
        return userNamespace ? Identities.asOnAws() : Identities.of(server, number);
    }

    Preparation.Needs needs(List<Path> joins, int frontPort) {
        if (!userNamespace) {
            return new Preparation.Needs(joins, "", "", frontPort);
        }
        var inside = Identities.asOnAws();
        return new Preparation.Needs(
                joins, inside.user() + " " + user + " 1", inside.group() + " " + group + " 1", frontPort);
    }
}
