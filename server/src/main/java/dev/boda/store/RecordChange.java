package dev.boda.store;

/// One of several changes that happen together or not at all.
public sealed interface RecordChange {

    RecordKey key();

    /// Conflicts if there is such a record.
    record Create(RecordKey key, String document) implements RecordChange {}

    /// Conflicts if the record's revision is not `expectedRevision`.
    record Replace(RecordKey key, long expectedRevision, String document) implements RecordChange {}

    /// Conflicts if the record's revision is not `expectedRevision`.
    record Remove(RecordKey key, long expectedRevision) implements RecordChange {}
}
