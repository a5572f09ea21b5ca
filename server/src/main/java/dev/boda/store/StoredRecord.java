package dev.boda.store;

/// A record as it is stored.
///
/// @param revision the number of the change that made it so: grows with every change of any record, is never used
///                 twice, and is what the next change of this record must expect
/// @param document JSON
public record StoredRecord(RecordKey key, long revision, String document) {}
