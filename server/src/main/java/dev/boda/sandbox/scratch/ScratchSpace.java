package dev.boda.sandbox.scratch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Where the temporary files of environments are: on disks, or in memory where there cannot be any.
///
/// That is decided once, at the start. Where there are disks and one cannot be made, its environment does not start:
/// in memory a function that counts on its 10 GB would start and be killed for want of memory later, for a reason that
/// nobody sees; a start that fails says what is wrong, is counted, and is tried again with the next invocation.
///
/// @param lacking why there are no disks, where there are none
public record ScratchSpace(Optional<ScratchDisks> disks, String lacking) implements AutoCloseable {

    /// Disks if this machine and user can have them.
    ///
    /// @param folder see [ScratchDisks#start(Path)]
    public static ScratchSpace onDisk(Path folder) throws IOException {
        try {
            return new ScratchSpace(Optional.of(ScratchDisks.start(folder)), "");
        } catch (ScratchUnavailable refused) {
            return inMemory(String.valueOf(refused.getMessage()));
        }
    }

    public static ScratchSpace inMemory(String why) {
        return new ScratchSpace(Optional.empty(), why);
    }

    /// A disk that `megabytes` can be written to, where there are disks. Blocks: called on a platform thread.
    public Optional<ScratchDisk> take(int megabytes) throws IOException {
        return disks.isPresent() ? Optional.of(disks.get().take(megabytes)) : Optional.empty();
    }

    /// What holds for `/tmp`, in a sentence.
    ///
    /// @param memoryLimited whether an environment cannot have more memory than its function is configured with
    public String guarantee(boolean memoryLimited) {
        return "/tmp is private, as large as the function's ephemeral storage, "
                + (disks.isPresent()
                        ? "on disk."
                        : "kept in "
                                + (memoryLimited
                                        ? "memory and charged to the function's"
                                        : "the machine's memory, beside what the function's processes take")
                                + "; to have it on disk: " + lacking);
    }

    @Override
    public void close() {
        disks.ifPresent(ScratchDisks::close);
    }
}
