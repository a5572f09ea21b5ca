package dev.boda.code.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// File systems that others than this machine's kernel change, of which the system tells nothing: those of networks,
/// and
/// those in which a virtual machine sees folders of its host.
final class SharedFileSystems {

    private static final Set<String> TYPES =
            Set.of("9p", "afs", "ceph", "cifs", "nfs", "nfs4", "prl_fs", "smb3", "vboxsf", "virtiofs", "vmhgfs");

    private SharedFileSystems() {}

    static boolean hold(Path folder) {
        try {
            return isShared(Files.getFileStore(folder).type());
        } catch (IOException _) {
            return false;
        }
    }

    /// @param type of a file system, as the system calls it
    static boolean isShared(String type) {
        return TYPES.contains(type) || type.startsWith("fuse.");
    }
}
