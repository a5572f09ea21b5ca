package dev.boda.function;

import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoreCannotOpenException;
import dev.boda.store.StoredRecord;
import java.util.List;
import java.util.function.LongSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Functions as JSON documents in a table of records, with the room that their code takes and the concurrency that is
/// reserved for them.
public final class FunctionTable {

    private static final String KIND = "function";

    private final JsonMapper json = new JsonMapper();
    private final RecordTable records;
    private final CodeStorage storage;
    private final ReservedConcurrency concurrency;

    /// A function with the revision that its next change must expect.
    record Row(FunctionRecord function, long revision) {}

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
    List<Row> open() {
        var rows = records.scan(KIND).stream().map(this::row).toList();
        rows.forEach(row -> {
            storage.count(row.function().name(), bytes(row.function()));
            concurrency.count(row);
        });
        return rows;
    }

    Row create(FunctionRecord function) {
        return inRoom(function, bytes(function), () -> records.create(key(function.name()), document(function)));
    }

    Row replace(Row old, FunctionRecord function) {
        int more = ReservedConcurrency.executions(function) - ReservedConcurrency.executions(old.function());
        int taken = Math.max(more, 0);
        concurrency.take(function.name(), taken);
        boolean written = false;
        try {
            var row = replaceInRoom(old, function);
            concurrency.written(row);
            written = true;
            return row;
        } finally {
            concurrency.giveBack(function.name(), written ? taken - more : taken);
        }
    }

    private Row replaceInRoom(Row old, FunctionRecord function) {
        long more = bytes(function) - bytes(old.function());
        return inRoom(function, more, () -> records.replace(key(function.name()), old.revision(), document(function)));
    }

    /// Writes a record whose code takes so much more room; room that is no longer needed is free afterwards.
    private Row inRoom(FunctionRecord function, long moreBytes, LongSupplier write) {
        long taken = Math.max(moreBytes, 0);
        storage.take(function.name(), taken);
        boolean written = false;
        try {
            var row = new Row(function, write.getAsLong());
            written = true;
            return row;
        } finally {
            storage.giveBack(function.name(), written ? taken - moreBytes : taken);
        }
    }

    void remove(Row old) {
        records.remove(key(old.function().name()), old.revision());
        storage.giveBack(old.function().name(), bytes(old.function()));
        concurrency.removed(old);
    }

    /// Removes every function. No other method may be under way.
    void clear() {
        records.removeAll(KIND);
        storage.clear();
        concurrency.clear();
    }

    private String document(FunctionRecord function) {
        return json.writeValueAsString(function);
    }

    private static long bytes(FunctionRecord function) {
        return function.code().sizeBytes();
    }

    private Row row(StoredRecord stored) {
        try {
            return new Row(FunctionDocument.read(json, stored.document()), stored.revision());
        } catch (JacksonException e) {
            throw new StoreCannotOpenException(
                    "The record of the function " + stored.key().name() + " in " + records.file()
                            + " is damaged. Bring the file back from a copy, or move it away to start without the"
                            + " functions that it holds.",
                    e);
        }
    }

    private static RecordKey key(FunctionName name) {
        return RecordKey.of(KIND, name.account(), name.region(), name.name());
    }
}
