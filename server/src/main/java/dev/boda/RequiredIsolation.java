package dev.boda;

import dev.boda.Config.ConfigException;
import dev.boda.sandbox.SandboxProvider;
import dev.boda.sandbox.SandboxSpec.Identity;
import dev.boda.sandbox.SandboxSpec.Network;

/// What was asked for of the isolation, against what there is.
final class RequiredIsolation {

    /// Of the Runtime API inside, at [dev.boda.sandbox.InsideSockets#RUNTIME_API].
    private static final int RUNTIME_API_PORT = 9001;

    private RequiredIsolation() {}

    /// Stops the start if what was asked for cannot be had.
    ///
    /// @param port of the front address, and of AWS's APIs inside
    static void check(Config.Isolation asked, SandboxProvider sandboxes, int port) {
        boolean ownNetwork = sandboxes.network() != Network.HOST;
        if (asked.required() && (!ownNetwork || sandboxes.identity() == Identity.SERVER)) {
            throw new ConfigException("Functions would run as plain processes here, which --require-isolation does not"
                    + " let start. 'boda doctor' says what is missing.");
        }
        if (asked.refusePrivateNetworks() && !ownNetwork) {
            throw new ConfigException("Functions would have the machine's own network here, in which nothing can be"
                    + " refused to them: leave out --refuse-private-networks, or see 'boda doctor' for what brings"
                    + " isolation.");
        }
        if (ownNetwork && port == RUNTIME_API_PORT) {
            throw new ConfigException("The port " + RUNTIME_API_PORT + " is the Runtime API's inside execution"
                    + " environments, where AWS's APIs are served at the same port as outside: give another one with"
                    + " --port (BODA_PORT).");
        }
    }
}
