package dev.boda.function;

import dev.boda.store.RecordChange;
import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoredRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Functions with their versions, aliases and URLs as JSON documents in a table of records, with the room that their
/// code takes and the concurrency that is reserved for them. A version, an alias and a URL are records of their own;
/// each change of one also writes its function's, so that of two changes of one function only one succeeds.
public final class FunctionTable {

    private static final String KIND = "function";
    private static final String VERSION = "function-version";
    private static final String ALIAS = "function-alias";
    private static final String URL = "function-url";

    private final JsonMapper json = new JsonMapper();
    private final RecordTable records;
    private final CodeStorage storage;
    private final ReservedConcurrency concurrency;

    /// @param codeStorageBytes most code that an account may have in a region
    public FunctionTable(RecordTable records, long codeStorageBytes, ReservedConcurrency concurrency) {
        this.records = records;
        this.storage = new CodeStorage(codeStorageBytes);
        this.concurrency = concurrency;
    }

    CodeStorage storage() {
        return storage;
    }

    ReservedConcurrency concurrency() {
        return concurrency;
    }

    /// Every function there is, once: what they take is counted.
    List<KeptFunction> open() {
        var versions = bySuperior(records.scan(VERSION));
        var aliases = bySuperior(records.scan(ALIAS));
        var urls = bySuperior(records.scan(URL));
        var all = new ArrayList<KeptFunction>();
        for (var stored : records.scan(KIND)) {
            var key = stored.key();
            var revisions = new HashMap<RecordKey, Long>();
            revisions.put(key, stored.revision());
            var function = read(stored, document -> FunctionDocument.read(json, document));
            var whole = WholeFunction.of(
                    function,
                    those(versions, key, revisions, PublishedVersion.class),
                    those(aliases, key, revisions, Alias.class),
                    those(urls, key, revisions, FunctionUrl.class));
            all.add(new KeptFunction(whole, revisions));
        }
        all.forEach(kept -> {
            storage.count(kept.name(), kept.whole().codeBytes());
            concurrency.count(kept);
        });
        return all;
    }

    private static Map<RecordKey, List<StoredRecord>> bySuperior(List<StoredRecord> stored) {
        return stored.stream().collect(Collectors.groupingBy(each -> superior(each.key())));
    }

    private static RecordKey superior(RecordKey key) {
        return RecordKey.of(KIND, key.account(), key.region(), key.name());
    }

    private <T> List<T> those(
            Map<RecordKey, List<StoredRecord>> all, RecordKey function, Map<RecordKey, Long> revisions, Class<T> type) {
        var found = new ArrayList<T>();
        for (var stored : all.getOrDefault(function, List.of())) {
            revisions.put(stored.key(), stored.revision());
            found.add(read(stored, document -> json.readValue(document, type)));
        }
        return found;
    }

    KeptFunction create(WholeFunction whole) {
        var documents = documents(whole);
        var changes = documents.entrySet().stream()
                .map(entry -> (RecordChange) new RecordChange.Create(entry.getKey(), text(entry.getValue())))
                .toList();
        var name = whole.function().name();
        long revision = inRoom(name, whole.codeBytes(), () -> apply(changes));
        var revisions = new HashMap<RecordKey, Long>();
        documents.keySet().forEach(key -> revisions.put(key, revision));
        return new KeptFunction(whole, revisions);
    }

    /// Writes what differs, and the function's record in any case.
    KeptFunction replace(KeptFunction old, WholeFunction whole) {
        var name = whole.function().name();
        int more = ReservedConcurrency.executions(whole.function()) - ReservedConcurrency.executions(old.function());
        int taken = Math.max(more, 0);
        concurrency.take(name, taken);
        boolean written = false;
        try {
            var kept = replaceInRoom(old, whole);
            concurrency.written(kept);
            written = true;
            return kept;
        } finally {
            concurrency.giveBack(name, written ? taken - more : taken);
        }
    }

    private KeptFunction replaceInRoom(KeptFunction old, WholeFunction whole) {
        var changed = differences(old.whole(), whole);
        var revisions = new HashMap<>(old.revisions());
        var changes = new ArrayList<RecordChange>();
        changed.forEach((key, document) -> {
            var expected = revisions.get(key);
            changes.add(
                    expected == null
                            ? new RecordChange.Create(key, text(document))
                            : new RecordChange.Replace(key, expected, text(document)));
        });
        differences(whole, old.whole()).keySet().stream()
                .filter(key -> !changed.containsKey(key))
                .forEach(key ->
                        changes.add(new RecordChange.Remove(key, Objects.requireNonNull(revisions.remove(key)))));
        long more = whole.codeBytes() - old.whole().codeBytes();
        long revision = inRoom(whole.function().name(), more, () -> apply(changes));
        changed.keySet().forEach(key -> revisions.put(key, revision));
        return old.next(whole, revisions);
    }

    /// Writes records whose code takes so much more room; room that is no longer needed is free afterwards.
    private long inRoom(FunctionName function, long moreBytes, LongSupplier write) {
        long taken = Math.max(moreBytes, 0);
        storage.take(function, taken);
        boolean written = false;
        try {
            long revision = write.getAsLong();
            written = true;
            return revision;
        } finally {
            storage.giveBack(function, written ? taken - moreBytes : taken);
        }
    }

    void remove(KeptFunction old) {
        apply(old.revisions().entrySet().stream()
                .map(entry -> (RecordChange) new RecordChange.Remove(entry.getKey(), entry.getValue()))
                .toList());
        storage.giveBack(old.name(), old.whole().codeBytes());
        concurrency.removed(old);
    }

    /// Removes every function. No other method may be under way.
    void clear() {
        records.removeAll(KIND, VERSION, ALIAS, URL);
        storage.clear();
        concurrency.clear();
    }

    private long apply(List<RecordChange> changes) {
        return records.apply(changes.toArray(RecordChange[]::new));
    }

    /// What is stored of a function, by key.
    private static Map<RecordKey, Object> documents(WholeFunction whole) {
        return differences(WholeFunction.alone(whole.function()), whole);
    }

    /// What is to be stored of a function that was another before: its own document in any case, and of its versions,
    /// aliases and URLs those that were not there, or differ. A function with very many has only few keys made.
    private static Map<RecordKey, Object> differences(WholeFunction before, WholeFunction after) {
        var name = after.function().name();
        var documents = new HashMap<RecordKey, Object>();
        documents.put(KeptFunction.key(name), after.function());
        after.versions().forEach((number, version) -> {
            if (!version.equals(before.versions().get(number))) {
                documents.put(sub(VERSION, name, "%09d".formatted(number)), version);
            }
        });
        after.aliases().forEach((alias, value) -> {
            if (!value.equals(before.aliases().get(alias))) {
                documents.put(sub(ALIAS, name, alias), value);
            }
        });
        after.urls().forEach((target, url) -> {
            if (!url.equals(before.urls().get(target))) {
                documents.put(sub(URL, name, target), url);
            }
        });
        return documents;
    }

    private String text(Object document) {
        return json.writeValueAsString(document);
    }

    /// Reads a document.
    private interface Reading<T> {
        T read(String document);
    }

    private <T> T read(StoredRecord stored, Reading<T> reading) {
        try {
            return reading.read(stored.document());
        } catch (JacksonException e) {
            throw new StoreCannotOpenException(
                    "The record of the function " + stored.key().name() + " in " + records.file()
                            + " is damaged. Bring the file back from a copy, or move it away to start without the"
                            + " functions that it holds.",
                    e);
        }
    }

    private static RecordKey sub(String kind, FunctionName name, String sub) {
        return new RecordKey(kind, name.account(), name.region(), name.name(), sub);
    }
}
