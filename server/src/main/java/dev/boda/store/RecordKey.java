package dev.boda.store;

/// Names one record; made by the caller.
///
/// @param kind what it is: `function`, `version`
/// @param sub  tells apart several records of one name, such as its versions; empty if there is one
public record RecordKey(String kind, String account, String region, String name, String sub) {

    public static RecordKey of(String kind, String account, String region, String name) {
        return new RecordKey(kind, account, region, name, "");
    }

    /// Stands before every record of its kind, account and region.
    public static RecordKey first(String kind, String account, String region) {
        return new RecordKey(kind, account, region, "", "");
    }
}
