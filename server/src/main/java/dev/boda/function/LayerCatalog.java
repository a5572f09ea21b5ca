package dev.boda.function;

import dev.boda.code.CodePackage;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The layers that exist. A change is in the store before anybody sees it; reading is from memory, without a lock.
/// One change is made at a time.
public final class LayerCatalog {

    private final ConcurrentNavigableMap<LayerName, Layer> layers = new ConcurrentSkipListMap<>();
    private final ReentrantLock changing = new ReentrantLock();
    private final LayerTable table;
    private final Stamps stamps;

    public LayerCatalog(LayerTable table, Stamps stamps) {
        this.table = table;
        this.stamps = stamps;
    }

    /// Reads what the store holds.
    public void open() {
        table.open().forEach(layer -> layers.put(layer.name(), layer));
    }

    /// Refuses a package of so many bytes for which the account has no room left.
    public void checkCodeStorage(LayerName layer, long bytes) {
        table.checkRoom(layer, bytes);
    }

    /// Adds the layer's next version.
    public LayerVersion publish(LayerName name, LayerDescription description, CodePackage code) {
        return change(() -> {
            var layer = layers.getOrDefault(name, Layer.none(name));
            var version = new LayerVersion(
                    name,
                    layer.lastVersion() + 1,
                    description,
                    code.digest(),
                    code.sizeBytes(),
                    stamps.nowMillis(),
                    ResourcePolicy.NONE,
                    Optional.empty());
            layers.put(name, table.publish(layer, version));
            return version;
        });
    }

    public Optional<LayerVersion> find(LayerVersionReference reference) {
        return Optional.ofNullable(layers.get(reference.layer()))
                .flatMap(layer -> layer.find(reference.number()))
                .map(Layer.Kept::version);
    }

    /// Takes a version away from whoever does not use it yet; functions that have it keep it. One that is not there
    /// is gone already.
    public void delete(LayerVersionReference reference) {
        change(() -> {
            var layer = layers.get(reference.layer());
            if (layer != null) {
                layer.find(reference.number()).ifPresent(kept -> layers.put(layer.name(), table.remove(layer, kept)));
            }
            return reference;
        });
    }

    /// Adds a permission and says how the version is then.
    ///
    /// @param revisionId what the caller believes the policy's revision to be
    public LayerVersion permit(
            LayerVersionReference reference, LayerPermission permission, Optional<String> revisionId) {
        return changePolicy(reference, version -> {
            if (version.policy().find(permission.sid()).isPresent()) {
                throw LayerErrors.statementExists(permission.sid());
            }
            checkRevision(version, revisionId);
            var policy = version.policy().with(permission.statement(version));
            PolicyDocument.check(policy);
            return version.with(policy, stamps.revision());
        });
    }

    /// Takes a permission back.
    public void forbid(LayerVersionReference reference, String sid, Optional<String> revisionId) {
        changePolicy(reference, version -> {
            checkRevision(version, revisionId);
            if (version.policy().none()) {
                throw LayerErrors.noPolicy();
            }
            if (version.policy().find(sid).isEmpty()) {
                throw LayerErrors.statementNotFound(sid);
            }
            return version.with(version.policy().without(sid), stamps.revision());
        });
    }

    private static void checkRevision(LayerVersion version, Optional<String> revisionId) {
        if (revisionId.isPresent() && !revisionId.equals(version.policyRevisionId())) {
            throw LayerErrors.revisionMismatch();
        }
    }

    private LayerVersion changePolicy(LayerVersionReference reference, UnaryOperator<LayerVersion> change) {
        return change(() -> {
            var layer = layers.getOrDefault(reference.layer(), Layer.none(reference.layer()));
            var kept = layer.find(reference.number()).orElseThrow(() -> LayerErrors.versionNotFound(reference.arn()));
            var changed = change.apply(kept.version());
            layers.put(layer.name(), table.replace(layer, kept, changed));
            return changed;
        });
    }

    /// The newest matching version of each layer of an account and region, in the order of their names.
    ///
    /// @param after the last name before them; the empty string to begin
    public List<LayerVersion> list(LayerName after, LayerDescription.Filter filter, int limit) {
        return layers.tailMap(after, false).values().stream()
                .takeWhile(layer -> layer.name().account().equals(after.account())
                        && layer.name().region().equals(after.region()))
                .flatMap(layer -> layer.latest(filter).stream())
                .limit(limit)
                .toList();
    }

    /// The matching versions of a layer, the newest first; none of a layer that there is not.
    ///
    /// @param before the number after the first of them
    public List<LayerVersion> versions(LayerName name, LayerDescription.Filter filter, long before, int limit) {
        return Optional.ofNullable(layers.get(name)).stream()
                .flatMap(layer -> layer.versions().headMap(before, false).descendingMap().values().stream())
                .map(Layer.Kept::version)
                .filter(version -> filter.accepts(version.description()))
                .limit(limit)
                .toList();
    }

    /// The digests of all code that layer versions have, and then those that functions have: a version that is deleted
    /// meanwhile, though a function got it, is found by one or the other.
    public Set<String> codeInUse(Supplier<Set<String>> ofFunctions) {
        var digests = new HashSet<String>();
        all().forEach(version -> digests.add(version.digest()));
        digests.addAll(ofFunctions.get());
        return digests;
    }

    /// Removes every layer, and first what `functions` removes: the room of all code is counted together, and theirs
    /// is what empties the count.
    public <T> T clear(Supplier<T> functions) {
        return change(() -> {
            var removed = functions.get();
            table.clear();
            layers.clear();
            return removed;
        });
    }

    /// How many versions there are, of all accounts and regions.
    public int size() {
        return (int) all().count();
    }

    private Stream<LayerVersion> all() {
        return layers.values().stream()
                .flatMap(layer -> layer.versions().values().stream())
                .map(Layer.Kept::version);
    }

    private <T> T change(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            changing.unlock();
        }
    }
}
