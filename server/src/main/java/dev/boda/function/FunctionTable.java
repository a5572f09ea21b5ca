package dev.boda.function;

import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoredRecord;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// Functions as JSON documents in a table of records.
final class FunctionTable {

    private static final String KIND = "function";

    private final JsonMapper json = new JsonMapper();
    private final RecordTable records;

    /// A function with the revision that its next change must expect.
    record Row(FunctionRecord function, long revision) {}

    FunctionTable(RecordTable records) {
        this.records = records;
    }

    List<Row> scan() {
        return records.scan(KIND).stream().map(this::row).toList();
    }

    Row create(FunctionRecord function) {
        return new Row(function, records.create(key(function.name()), json.writeValueAsString(function)));
    }

    Row replace(Row old, FunctionRecord function) {
        long revision = records.replace(key(function.name()), old.revision(), json.writeValueAsString(function));
        return new Row(function, revision);
    }

    void remove(Row old) {
        records.remove(key(old.function().name()), old.revision());
    }

    private Row row(StoredRecord stored) {
        return new Row(json.readValue(stored.document(), FunctionRecord.class), stored.revision());
    }

    private static RecordKey key(FunctionName name) {
        return RecordKey.of(KIND, name.account(), name.region(), name.name());
    }
}
