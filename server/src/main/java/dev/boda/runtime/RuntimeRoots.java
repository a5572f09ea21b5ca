package dev.boda.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The root file systems that were added, by runtime id, in a small JSON file that another process may change: what is
/// asked for is read anew whenever the file is another one.
public final class RuntimeRoots {

    private static final String FILE = "runtimes.json";

    private final @Nullable Path file;
    private final Function<String, Path> place;
    // Guarded by this.
    private Map<String, RuntimeRoot> roots = Map.of();
    // Guarded by this.
    private @Nullable Stamp read;

    /// Tells one state of the file from another; its time alone is too coarse.
    private record Stamp(@Nullable Object key, FileTime modified, long bytes) {

        static Stamp of(Path file) throws IOException {
            var its = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(its.fileKey(), its.lastModifiedTime(), its.size());
        }
    }

    private RuntimeRoots(@Nullable Path file, Function<String, Path> place) {
        this.file = file;
        this.place = place;
    }

    /// Those of a folder, which need not exist.
    ///
    /// @param place from a root's digest to its folder
    public static RuntimeRoots in(Path folder, Function<String, Path> place) {
        return new RuntimeRoots(folder.resolve(FILE), place);
    }

    /// For a machine that has none and gets none.
    static RuntimeRoots none() {
        return new RuntimeRoots(null, Path::of);
    }

    /// The root of a runtime, if one was added and is there.
    public Optional<RuntimeRoot> find(String id) {
        return Optional.ofNullable(all().get(id)).filter(root -> Files.isDirectory(root.folder()));
    }

    /// All that were added, by id.
    public synchronized Map<String, RuntimeRoot> all() {
        if (file == null) {
            return Map.of();
        }
        try {
            var changed = Stamp.of(file);
            if (!changed.equals(read)) {
                roots = parse(Files.readString(file));
                read = changed;
            }
            return roots;
        } catch (NoSuchFileException _) {
            return Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException("The list of added runtimes cannot be read: " + file, e);
        } catch (JacksonException e) {
            throw new IllegalStateException(
                    "The list of added runtimes is damaged, which 'boda runtimes add' writes"
                            + " anew once it is moved away: " + file,
                    e);
        }
    }

    private Map<String, RuntimeRoot> parse(String text) {
        var parsed = new TreeMap<String, RuntimeRoot>();
        for (var entry : JsonMapper.shared().readTree(text).properties()) {
            var json = entry.getValue();
            var digest = json.path("digest").asString("");
            parsed.put(
                    entry.getKey(),
                    new RuntimeRoot(
                            entry.getKey(),
                            json.path("language").asString(""),
                            json.path("version").asString(""),
                            json.path("program").asString(""),
                            digest.isEmpty() ? Path.of(json.path("folder").asString("")) : place.apply(digest),
                            json.path("source").asString(""),
                            digest));
        }
        return parsed;
    }

    /// Keeps a root, in place of the one that its id had. One process at a time changes the list.
    public synchronized void put(RuntimeRoot root) throws IOException {
        var changed = new TreeMap<>(all());
        changed.put(root.id(), root);
        write(changed);
    }

    /// Forgets the root of a runtime; its files stay. Whether there was one.
    public synchronized boolean remove(String id) throws IOException {
        var changed = new TreeMap<>(all());
        boolean was = changed.remove(id) != null;
        write(changed);
        return was;
    }

    private void write(Map<String, RuntimeRoot> changed) throws IOException {
        if (file == null) {
            throw new IllegalStateException("There is no list of added runtimes here");
        }
        var json = JsonMapper.shared().createObjectNode();
        for (var root : changed.values()) {
            var of = json.putObject(root.id())
                    .put("language", root.language())
                    .put("version", root.version())
                    .put("program", root.program())
                    .put("source", root.source());
            if (root.digest().isEmpty()) {
                of.put("folder", root.folder().toString());
            } else {
                of.put("digest", root.digest());
            }
        }
        var beside = file.resolveSibling(FILE + ".new");
        Files.writeString(beside, json.toPrettyString() + "\n");
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        read = null;
    }
}
