package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec.Identity;
import dev.boda.sandbox.SandboxSpec.Network;
import dev.boda.sandbox.egress.Egress;
import dev.boda.sandbox.groups.ResourceGroups;
import dev.boda.sandbox.namespaces.NamespaceSandboxProvider;
import dev.boda.sandbox.process.ProcessSandboxProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The kind of sandbox that is in force: namespaces where this machine and user allow them, else, or where they are
/// asked for, plain processes.
///
/// @param kind    its name for people
/// @param lacking why it is not the one with namespaces
/// @param asked   what functions may reach
record SandboxChoice(SandboxProvider sandboxes, String kind, Optional<String> lacking, Config.Isolation asked)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxChoice.class);

    /// Of the Runtime API inside, at [dev.boda.sandbox.InsideSockets#RUNTIME_API].
    private static final int RUNTIME_API_PORT = 9001;

    /// AWS's APIs inside are at this port where the front address has the Runtime API's.
    private static final int OTHER_PORT = 4566;

    /// Gets the best kind ready that can be had.
    ///
    /// @param stateFolder this server's alone
    /// @param awsPort     of AWS's APIs inside, see [#awsPort(int)]
    /// @param memoryBytes what all sandboxes may use together
    /// @param asked       what functions may reach
    static SandboxChoice start(Path stateFolder, int awsPort, long memoryBytes, Config.Isolation asked)
            throws IOException {
        if (asked.plain()) {
            var folder = Files.createDirectories(stateFolder).toRealPath();
            // What an earlier server with namespaces left when it was killed.
            ResourceGroups.removeLeftovers(folder);
            return plain(folder, memoryBytes, "asked for by --plain-processes", asked);
        }
        try {
            var egress = new Egress.Settings(asked.refusePrivateNetworks());
            var namespaces = NamespaceSandboxProvider.start(
                    new NamespaceSandboxProvider.Settings(stateFolder, memoryBytes, awsPort, egress));
            return new SandboxChoice(namespaces, "namespaces", Optional.empty(), asked);
        } catch (IOException refused) {
            LOG.debug("No sandboxes in namespaces", refused);
            return plain(stateFolder, memoryBytes, reason(refused), asked);
        }
    }

    private static SandboxChoice plain(Path stateFolder, long memoryBytes, String lacking, Config.Isolation asked)
            throws IOException {
        var processes = ProcessSandboxProvider.start(stateFolder, memoryBytes);
        return new SandboxChoice(processes, "plain processes", Optional.of(lacking), asked);
    }

    /// Whether functions can have another root file system than the machine's.
    boolean hasRoots() {
        return sandboxes.network() != Network.HOST;
    }

    /// What holds here and what does not, a sentence each.
    List<String> guarantees() {
        var sentences = new ArrayList<>(sandboxes.guarantees());
        // The last is of all before it.
        sentences.add(sentences.isEmpty() ? 0 : sentences.size() - 1, "Names: " + names());
        return List.copyOf(sentences);
    }

    /// Whether functions can learn the addresses of AWS's own APIs.
    boolean awsNamesExist() {
        return switch (sandboxes.network()) {
            case HOST -> true;
            case NONE -> false;
            case EGRESS -> asked.allowAws();
        };
    }

    private String names() {
        return switch (sandboxes.network()) {
            case HOST -> "the machine's, those of AWS itself included, with --allow-aws and without.";
            case NONE ->
                "an environment knows its own only, none of AWS itself"
                        + (asked.allowAws() ? ": --allow-aws does nothing where there is no way out." : ".");
            case EGRESS ->
                asked.allowAws()
                        ? "those of AWS itself (*.amazonaws.com and the like) exist in environments (--allow-aws): "
                                + "functions reach AWS."
                        : "the machine's name servers are asked, but not for those of AWS itself (*.amazonaws.com and "
                                + "the like), which do not exist in environments (--allow-aws).";
        };
    }

    private static String reason(IOException refused) {
        var reason = new StringBuilder(String.valueOf(refused.getMessage()));
        for (var also : refused.getSuppressed()) {
            reason.append("; ").append(also.getMessage());
        }
        return reason.toString();
    }

    /// The port at which AWS's APIs are met inside: the front address's, so that an address that works outside works
    /// there too.
    static int awsPort(int frontPort) {
        return frontPort == RUNTIME_API_PORT || frontPort == 0 ? OTHER_PORT : frontPort;
    }

    /// Stops the start if what was asked for cannot be had.
    void require(Config.Isolation asked) {
        boolean ownNetwork = sandboxes.network() != Network.HOST;
        if (asked.required() && (!ownNetwork || sandboxes.identity() == Identity.SERVER)) {
            throw new ConfigException("Functions would run as " + kind + " here" + because()
                    + ", which --require-isolation does not let start. 'boda doctor' says what is missing.");
        }
        if (asked.refusePrivateNetworks() && !ownNetwork) {
            throw new ConfigException("Functions would have the machine's own network here" + because()
                    + ", in which nothing can be refused to them: leave out --refuse-private-networks, or see 'boda"
                    + " doctor' for what brings isolation.");
        }
    }

    private String because() {
        return lacking.map(reason -> " (" + reason + ")").orElse("");
    }

    @Override
    public void close() throws IOException {
        sandboxes.close();
    }
}
