package dev.boda.sandbox.process;

import dev.boda.os.Descriptor;
import dev.boda.os.OsException;
import dev.boda.os.ReadBuffer;
import dev.boda.sandbox.Sandbox.Exit;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The processes of one sandbox, and what holds them together.
public interface ProcessTree {

    /// Readable once the first process has ended.
    Descriptor end();

    /// How the first process ended, if it has.
    Optional<Exit> ending() throws IOException;

    /// Kills, without waiting, what the first process left behind as far as that is at hand; [#kill(Duration)] finds
    /// the rest.
    void killRest();

    /// The ids of those that live, on this machine.
    List<Integer> processes(ReadBuffer buffer) throws OsException;

    /// How much memory they may use at once, in bytes; `Long.MAX_VALUE` if nothing limits it.
    long memoryLimitBytes();

    /// See [dev.boda.sandbox.Sandbox#freeze()].
    void freeze() throws IOException;

    /// See [dev.boda.sandbox.Sandbox#thaw()].
    void thaw() throws IOException;

    /// See [dev.boda.sandbox.Sandbox#limitCpu()].
    void limitCpu() throws IOException;

    /// Kills all and waits; whether all have ended in time. Blocks: called on a platform thread.
    boolean kill(Duration atMost) throws IOException;

    /// Removes what held them together. All have ended, or never will.
    List<Step> removal();

    /// Something to be done whether or not the step before it failed.
    interface Step {
        void take() throws IOException;
    }
}
