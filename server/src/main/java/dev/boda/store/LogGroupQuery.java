package dev.boda.store;

/// Which log groups of an account and region to list, in the order of their names.
///
/// @param prefix the name begins so; empty for all
/// @param part   the name holds it; empty for all
/// @param after  the name is greater; empty for all
/// @param limit  most groups
public record LogGroupQuery(String account, String region, String prefix, String part, String after, int limit) {}
