package dev.boda.function;

import dev.boda.store.RecordChange;
import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Layers as JSON documents in a table of records: one for each version, and one for each layer, which holds the number
/// that was given last and outlives the versions. Their packages take room beside those of functions.
public final class LayerTable {

    private static final String LAYER = "layer";
    private static final String VERSION = "layer-version";

    private final JsonMapper json = new JsonMapper();
    private final RecordTable records;
    private final CodeStorage storage;

    private record Numbering(long lastVersion) {}

    /// @param functions whose room the layers' packages take too
    public LayerTable(RecordTable records, FunctionTable functions) {
        this.records = records;
        this.storage = functions.storage();
    }

    /// Every layer there is, once: what they take is counted.
    List<Layer> open() {
        var layers = new HashMap<LayerName, Layer>();
        for (var record : records.scan(LAYER)) {
            var name = name(record.key());
            long last = read(record, Numbering.class).lastVersion();
            layers.put(name, new Layer(name, last, Optional.of(record.revision()), new TreeMap<>()));
        }
        for (var record : records.scan(VERSION)) {
            var version = read(record, LayerVersion.class);
            layers.compute(
                    version.layer(),
                    (name, layer) -> (layer == null ? Layer.none(name) : layer).with(version, record.revision()));
            storage.count(owner(version), version.sizeBytes());
        }
        return new ArrayList<>(layers.values());
    }

    /// Refuses a package of so many bytes for which there is no room.
    void checkRoom(LayerName layer, long bytes) {
        storage.check(owner(layer), bytes);
    }

    /// Writes a new version, the next of its layer.
    Layer publish(Layer layer, LayerVersion version) {
        storage.take(owner(version), version.sizeBytes());
        boolean written = false;
        try {
            var numbering = json.writeValueAsString(new Numbering(version.number()));
            var key = RecordKey.of(
                    LAYER,
                    layer.name().account(),
                    layer.name().region(),
                    layer.name().name());
            long revision = records.apply(
                    layer.revision()
                            .<RecordChange>map(expected -> new RecordChange.Replace(key, expected, numbering))
                            .orElseGet(() -> new RecordChange.Create(key, numbering)),
                    new RecordChange.Create(key(version), json.writeValueAsString(version)));
            written = true;
            return layer.published(version, revision);
        } finally {
            if (!written) {
                storage.giveBack(owner(version), version.sizeBytes());
            }
        }
    }

    Layer replace(Layer layer, Layer.Kept old, LayerVersion version) {
        return layer.with(version, records.replace(key(version), old.revision(), json.writeValueAsString(version)));
    }

    Layer remove(Layer layer, Layer.Kept old) {
        records.remove(key(old.version()), old.revision());
        storage.giveBack(owner(old.version()), old.version().sizeBytes());
        return layer.without(old.version().number());
    }

    /// Removes every layer; what they took is counted on.
    void clear() {
        records.removeAll(VERSION, LAYER);
    }

    private <T> T read(StoredRecord record, Class<T> type) {
        try {
            return json.readValue(record.document(), type);
        } catch (JacksonException e) {
            throw new StoreCannotOpenException(
                    "The record of the layer " + record.key().name() + " in " + records.file()
                            + " is damaged. Bring the file back from a copy, or move it away to start without what it"
                            + " holds.",
                    e);
        }
    }

    private static LayerName name(RecordKey key) {
        return new LayerName(key.account(), key.region(), key.name());
    }

    private static RecordKey key(LayerVersion version) {
        var layer = version.layer();
        return new RecordKey(VERSION, layer.account(), layer.region(), layer.name(), Long.toString(version.number()));
    }

    private static FunctionName owner(LayerVersion version) {
        return owner(version.layer());
    }

    /// Room is taken by account and region, whatever the name.
    private static FunctionName owner(LayerName layer) {
        return new FunctionName(layer.account(), layer.region(), layer.name());
    }
}
