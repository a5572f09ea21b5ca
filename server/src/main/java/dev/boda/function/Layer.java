package dev.boda.function;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A layer as it is kept: the versions that exist, by their numbers. Immutable.
///
/// @param lastVersion the number that was published last, even if that version was deleted: none is given twice
/// @param revision    of the record that holds this number; empty if there is none yet
record Layer(LayerName name, long lastVersion, Optional<Long> revision, NavigableMap<Long, Kept> versions) {

    Layer {
        versions = Collections.unmodifiableNavigableMap(new TreeMap<>(versions));
    }

    /// A version with the revision that its next change must expect.
    record Kept(LayerVersion version, long revision) {}

    static Layer none(LayerName name) {
        return new Layer(name, 0, Optional.empty(), new TreeMap<>());
    }

    Optional<Kept> find(long number) {
        return Optional.ofNullable(versions.get(number));
    }

    Layer published(LayerVersion version, long newRevision) {
        return new Layer(name, version.number(), Optional.of(newRevision), versions).with(version, newRevision);
    }

    Layer with(LayerVersion version, long newRevision) {
        var all = new TreeMap<>(versions);
        all.put(version.number(), new Kept(version, newRevision));
        return new Layer(name, lastVersion, revision, all);
    }

    Layer without(long number) {
        var rest = new TreeMap<>(versions);
        rest.remove(number);
        return new Layer(name, lastVersion, revision, rest);
    }

    /// The newest version that a listing asks for.
    Optional<LayerVersion> latest(LayerDescription.Filter filter) {
        return versions.descendingMap().values().stream()
                .map(Kept::version)
                .filter(version -> filter.accepts(version.description()))
                .findFirst();
    }
}
