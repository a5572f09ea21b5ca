package dev.boda.store;

/// The record is not as the change expected: there is one already, there is none, or another change came first.
public final class RecordConflictException extends RuntimeException {

    private final transient RecordKey key;

    public RecordConflictException(RecordKey key) {
        super("The record " + key + " is not as the change expected.", null, false, false);
        this.key = key;
    }

    public RecordKey key() {
        return key;
    }
}
