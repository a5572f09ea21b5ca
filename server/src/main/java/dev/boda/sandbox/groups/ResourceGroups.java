package dev.boda.sandbox.groups;

import dev.boda.os.ControlGroup;
import dev.boda.os.ControlGroupHierarchies;
import dev.boda.os.EventLoop;
import dev.boda.os.OsException;
import dev.boda.sandbox.SharedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's control groups, with one below for each sandbox. Where they are is written down, so
/// that a later server on the same folder finds what this one left.
public final class ResourceGroups implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ResourceGroups.class);

    private static final String RECORD = "control-group";
    private static final long BYTES_PER_MEGABYTE = 1_048_576;

    private final Seats seats;
    private final OpenGroups open;
    private final BurnerWatch burners;
    private final Optional<TotalMemory> memory;
    private final @Nullable Path record;

    private ResourceGroups(Seats seats, OpenGroups open, Optional<TotalMemory> memory, @Nullable Path record) {
        this.seats = seats;
        this.open = open;
        this.burners = new BurnerWatch(open);
        this.memory = memory;
        this.record = record;
    }

    /// Makes the server's groups, where the machine has such hierarchies and allows it. What an earlier
    /// server left must have been removed.
    ///
    /// @param stateFolder this server's alone; the groups are named after it
    /// @param memoryBytes what all sandboxes may use together
    public static ResourceGroups start(Path stateFolder, long memoryBytes) throws IOException {
        return start(stateFolder, memoryBytes, ControlGroupHierarchies.find());
    }

    static ResourceGroups start(Path stateFolder, long memoryBytes, ControlGroupHierarchies hierarchies)
            throws IOException {
        var name = name(stateFolder);
        var record = stateFolder.resolve(RECORD);
        Files.write(record, mayBecome(name, hierarchies));
        var seats = Seats.take(name, hierarchies);
        var seat = seats.find(Duty.MEMORY);
        var open = new OpenGroups();
        var memory = seat.isPresent()
                ? Optional.of(TotalMemory.limit(seat.get(), memoryBytes, open))
                : Optional.<TotalMemory>empty();
        var groups = new ResourceGroups(seats, open, memory, record);
        if (seats.groups().isEmpty()) {
            Files.delete(record);
        }
        return groups;
    }

    /// Makes room from now on when all sandboxes together run out of memory.
    public void endWhenOutOfMemory(EventLoop loop) throws OsException {
        if (memory.isPresent()) {
            memory.get().start(loop);
        }
    }

    /// Lets those that use up their CPU time weigh less from now on.
    public void weighBurners() {
        if (seats.find(Duty.CPU).isPresent()) {
            burners.start();
        }
    }

    /// What all sandboxes share; empty where no group limits memory.
    public Optional<SharedMemory> memory() {
        return memory.map(SharedMemory.class::cast);
    }

    /// No groups: for those who do without.
    ///
    /// @param why for the guarantees
    public static ResourceGroups none(String why) {
        return new ResourceGroups(Seats.none(why), new OpenGroups(), Optional.empty(), null);
    }

    /// Ends what an earlier server on this folder left running, and removes its groups.
    public static void removeLeftovers(Path stateFolder) throws IOException {
        var record = stateFolder.resolve(RECORD);
        if (!Files.exists(record)) {
            return;
        }
        for (var line : Files.readAllLines(record)) {
            var place = Path.of(line);
            // A kill, or a full disk, may have cut the record short: then it names nothing, or a group of others.
            if (place.endsWith(name(stateFolder))) {
                Emptying.clear(new ControlGroup(place));
            } else if (place.endsWith(Seats.leaf(name(stateFolder)))) {
                removeIfEmpty(new ControlGroup(place));
            }
        }
        Files.delete(record);
    }

    /// The folders of all groups that may be made.
    private static List<String> mayBecome(String name, ControlGroupHierarchies hierarchies) {
        var folders = new LinkedHashSet<Path>();
        hierarchies
                .controllers()
                .values()
                .forEach(own -> folders.add(own.folder().resolve(name)));
        hierarchies.unified().ifPresent(own -> {
            Seats.places(own).forEach(place -> folders.add(place.folder().resolve(name)));
            folders.add(own.folder().resolve(Seats.leaf(name)));
        });
        return folders.stream().map(Path::toString).toList();
    }

    private static String name(Path stateFolder) {
        return "boda-" + Integer.toHexString(stateFolder.toString().hashCode());
    }

    /// Of the killed server's own programs none are functions: who still lives there is let be.
    private static void removeIfEmpty(ControlGroup leaf) {
        try {
            leaf.remove();
        } catch (OsException inUse) {
            log.debug("A group of the earlier server's stays", inUse);
        }
    }

    /// The groups of one sandbox; of none if there are none.
    ///
    /// @param name unique on this machine
    public ResourceGroup create(String name) throws IOException {
        return ResourceGroup.create(seats.all(), name, open);
    }

    /// Whether sandboxes have groups at all.
    public boolean holdProcesses() {
        return !seats.groups().isEmpty();
    }

    /// Whether environments can be frozen.
    public boolean canFreeze() {
        return seats.find(Duty.END).isPresent();
    }

    /// What holds here and what does not, a sentence each: the [#limits(String)] and, where groups see to it, the end.
    public List<String> guarantees() {
        var sentences = new ArrayList<>(limits(""));
        if (holdProcesses()) {
            sentences.add("The end: an environment's whole process tree is killed by its control group"
                    + (canFreeze() ? "." : "; environments cannot be frozen between invocations."));
        }
        return List.copyOf(sentences);
    }

    /// Whether an environment cannot have more memory than its function is configured with.
    public boolean limitMemory() {
        return seats.find(Duty.MEMORY).isPresent();
    }

    /// What holds of memory, CPU and processes, a sentence each.
    ///
    /// @param otherwise what holds of the number of processes where no group limits it; empty if nothing does
    public List<String> limits(String otherwise) {
        var sentences = new ArrayList<String>();
        sentences.add(memorySentence());
        sentences.add(
                seats.find(Duty.CPU).isPresent()
                        ? "CPU: after Init an environment gets its MemorySize's share, 1,769 MB for one CPU, in periods "
                                + "of 20 ms; in Init it gets what the others leave, at a tenth of their weight, and who uses up its share all "
                                + "the time weighs a quarter."
                        : "CPU: not limited, whatever the MemorySize: " + because(Duty.CPU) + ".");
        sentences.add(
                seats.find(Duty.PROCESSES).isPresent()
                        ? "Processes: an environment has at most 1,024 processes and threads."
                        : otherwise.isEmpty()
                                ? "Processes: their number is not limited: " + because(Duty.PROCESSES) + "."
                                : otherwise);
        return List.copyOf(sentences);
    }

    /// Said once: usually nothing is limited for the one reason.
    private String because(Duty duty) {
        var why = seats.whyMissing(duty);
        return why.equals(seats.whyMissing(Duty.MEMORY)) ? "for the same reason" : why;
    }

    private String memorySentence() {
        var seat = seats.find(Duty.MEMORY);
        if (seat.isEmpty()) {
            return "Memory: MemorySize is reported to the function and Max Memory Used is measured; the limit is not "
                    + "enforced: " + seats.whyMissing(Duty.MEMORY) + ".";
        }
        boolean withoutSwap = seat.get().group().offers("memory.memsw.limit_in_bytes")
                || seat.get().group().offers("memory.swap.max");
        return "Memory: MemorySize is the limit of everything inside an environment"
                + (withoutSwap ? ", without swap" : "; what the machine swaps out is not counted")
                + "; who needs more is ended (control groups "
                + (seat.get().version() == Version.ONE ? "version 1" : "version 2") + "). All together have "
                + memory.map(its -> its.limitBytes() / BYTES_PER_MEGABYTE).orElse(0L)
                + " MB: beyond that idle environments end, then the one that is furthest over what it counts with.";
    }

    /// Where the groups are.
    List<Path> folders() {
        return seats.groups().stream().map(ControlGroup::folder).collect(Collectors.toList());
    }

    /// Removes the groups, and ends whatever still runs in them.
    @Override
    public void close() throws IOException {
        burners.close();
        memory.ifPresent(TotalMemory::close);
        for (var group : seats.groups()) {
            Emptying.clear(group);
        }
        seats.close();
        if (record != null) {
            Files.deleteIfExists(record);
        }
    }
}
