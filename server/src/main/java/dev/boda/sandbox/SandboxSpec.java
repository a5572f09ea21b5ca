package dev.boda.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a sandbox is made of, the same for a zip function and an image.
///
/// @param name        unique on this machine, for cgroups and directories: the environment's id
/// @param root        the root file system; [RootFileSystem.Host] is the machine's own
/// @param mounts      folders put at AWS's paths inside (`/var/task`, `/opt`, `/var/runtime`)
/// @param limits      memory, CPU, processes, /tmp
/// @param network     which addresses it may reach
/// @param identity    the user inside
/// @param command     the program and its arguments, in terms of paths inside
/// @param environment all environment variables: nothing is inherited
public record SandboxSpec(
        String name,
        RootFileSystem root,
        List<Mount> mounts,
        Limits limits,
        Network network,
        Identity identity,
        List<String> command,
        Map<String, String> environment) {

    public SandboxSpec {
        mounts = List.copyOf(mounts);
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// Where the root file system comes from.
    public sealed interface RootFileSystem {

        /// The machine's own programs and libraries. A kind that hides the rest shows the interpreter's folders.
        ///
        /// @param folders where the interpreter lies and what it reads, or its file alone, by their real paths
        record Host(List<Path> folders) implements RootFileSystem {
            public Host {
                folders = List.copyOf(folders);
            }
        }

        /// An unpacked image.
        record Directory(Path path) implements RootFileSystem {}
    }

    /// A folder of the machine, seen at `inside`.
    public record Mount(Path source, String inside, boolean readOnly) {}

    /// @param memoryMegabytes    as the function is configured
    /// @param temporaryMegabytes size of /tmp
    /// @param processes          most processes and threads at once
    /// @param openFiles          most open files a process
    public record Limits(int memoryMegabytes, int temporaryMegabytes, int processes, int openFiles) {

        /// AWS's: 1,024 processes and threads, 1,024 file descriptors.
        /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
        public static Limits of(int memoryMegabytes, int temporaryMegabytes) {
            return new Limits(memoryMegabytes, temporaryMegabytes, 1_024, 1_024);
        }
    }

    /// Which network an environment sees.
    public enum Network {
        /// The machine's own.
        HOST,
        /// A namespace of its own without a way out.
        NONE,
        /// A namespace of its own with a way out.
        EGRESS
    }

    /// Who the function's processes are.
    public enum Identity {
        /// The server's own user.
        SERVER,
        /// An unprivileged user of the sandbox.
        UNPRIVILEGED
    }
}
