package dev.boda.sandbox.namespaces;

import java.util.LinkedHashMap;
import java.util.Map;

/// The files below `/etc` that speak of the sandbox instead of the machine.
final class EtcFiles {

    private EtcFiles() {}

    /// Texts by path.
    static Map<String, String> of(Identities identities, String hostName) {
        var files = new LinkedHashMap<String, String>();
        files.put(
                "/etc/passwd",
                "root:x:0:0:root:/root:/sbin/nologin\n" + identities.name() + ":x:" + identities.user() + ":"
                        + identities.group() + "::/home/" + identities.name() + ":/sbin/nologin\n");
        files.put("/etc/group", "root:x:0:\n" + identities.name() + ":x:" + identities.group() + ":\n");
        files.put("/etc/hosts", "127.0.0.1 localhost " + hostName + "\n::1 localhost\n");
        files.put("/etc/hostname", hostName + "\n");
        files.put("/etc/resolv.conf", "nameserver 127.0.0.1\n");
        files.put("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        return files;
    }
}
