package dev.boda.runtime;

import dev.boda.sandbox.SandboxSpec.Mount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// How a language's runtime lets a debugger in: by its own means, at a TCP port.
public enum Debugger {
    /// The inspector, which Chrome's DevTools, VS Code and `node inspect` speak to.
    /// <https://nodejs.org/en/learn/getting-started/debugging>
    NODEJS(Language.NODEJS, 9229, "GET ") {
        @Override
        Runtime start(Runtime runtime, Listening listening, Optional<Path> packages) {
            var how = !listening.waits() ? "--inspect" : knowsWaiting(runtime) ? "--inspect-wait" : "--inspect-brk";
            return with(runtime, List.of(how + "=" + listening.address()));
        }
    },
    /// The Java Debug Wire Protocol, which every IDE and `jdb` speak.
    /// <https://docs.oracle.com/en/java/javase/21/docs/specs/jpda/conninv.html>
    JAVA(Language.JAVA, 5005, "JDWP-Handshake") {
        @Override
        Runtime start(Runtime runtime, Listening listening, Optional<Path> packages) {
            var suspend = listening.waits() ? "y" : "n";
            return with(
                    runtime,
                    List.of("-agentlib:jdwp=transport=dt_socket,server=y,quiet=y,suspend=" + suspend + ",address="
                            + listening.address()));
        }
    },
    /// debugpy, which VS Code, PyCharm and others speak to by the Debug Adapter Protocol: the function's own or its
    /// layers', else the one that `boda debug` brings. The runtime client starts it.
    PYTHON(Language.PYTHON, 5678, "Content-Length") {
        @Override
        Runtime start(Runtime runtime, Listening listening, Optional<Path> packages) {
            var variables = new HashMap<>(runtime.environment());
            variables.put("_BODA_DEBUGGER", listening.address() + (listening.waits() ? ",wait" : ""));
            var mounts = new ArrayList<>(runtime.mounts());
            packages.ifPresent(folder -> {
                variables.put("_BODA_DEBUGPY", PACKAGES);
                mounts.add(new Mount(folder, PACKAGES, true));
            });
            // Otherwise modules of the standard library have no lines to stop at, and debugpy warns of that.
            var told = with(runtime, List.of("-X", "frozen_modules=off"));
            return new Runtime(
                    told.id(),
                    told.language(),
                    told.exactVersion(),
                    told.exact(),
                    told.root(),
                    mounts,
                    told.command(),
                    variables);
        }
    };

    /// Where the packages of the debugger are inside.
    private static final String PACKAGES = "/var/boda-debugger";

    /// The first Node.js that waits for a debugger without stopping at a first line.
    /// <https://nodejs.org/api/cli.html#--inspect-waithostport>
    private static final int WAITING_NODE_MAJOR = 22;

    private static final int WAITING_NODE_MINOR = 2;

    private final Language language;
    private final int port;
    private final String greeting;

    Debugger(Language language, int port, String greeting) {
        this.language = language;
        this.port = port;
        this.greeting = greeting;
    }

    /// Where a runtime listens for its debugger.
    ///
    /// @param port  at 127.0.0.1, as the function's processes see it
    /// @param waits whether it goes on with Init only when a debugger says so
    public record Listening(int port, boolean waits) {

        String address() {
            return "127.0.0.1:" + port;
        }
    }

    /// That of a runtime's language, if it has one.
    public static Optional<Debugger> of(String language) {
        for (var debugger : values()) {
            if (debugger.language.id().equals(language)) {
                return Optional.of(debugger);
            }
        }
        return Optional.empty();
    }

    /// The port that everybody expects it at.
    public int usualPort() {
        return port;
    }

    /// What every debugger's first bytes are. A web page, whose browser can be made to send much, cannot send them.
    public String greeting() {
        return greeting;
    }

    /// The runtime, which listens for a debugger from its start on.
    ///
    /// @param packages what the debugger needs and the machine has
    abstract Runtime start(Runtime runtime, Listening listening, Optional<Path> packages);

    private static Runtime with(Runtime runtime, List<String> options) {
        var command = new ArrayList<>(runtime.command());
        command.addAll(1, options);
        return new Runtime(
                runtime.id(),
                runtime.language(),
                runtime.exactVersion(),
                runtime.exact(),
                runtime.root(),
                runtime.mounts(),
                command,
                runtime.environment());
    }

    private static boolean knowsWaiting(Runtime runtime) {
        var parts = runtime.exactVersion().split("\\.", -1);
        int major = Integer.parseInt(parts[0]);
        return major > WAITING_NODE_MAJOR
                || (major == WAITING_NODE_MAJOR && Integer.parseInt(parts[1]) >= WAITING_NODE_MINOR);
    }
}
