package dev.boda.store;

import dev.boda.meter.Histogram;

/// How the writes of a database get to disk, counted since the server's start.
///
/// @param name          of the file: `functions`, `logs`
/// @param writes        from asking for a write until it is durable, those that failed included
/// @param commits       of the writer: a transaction and its flush of the disk, for one write or many
/// @param failedCommits that the machine could not do: the disk is full, read-only, broken
/// @param waitingWrites that wait for the writer now
/// @param waitingReads  that wait for a reader now
/// @param failing       whether the last commit failed
public record DatabaseFlow(
        String name,
        Histogram.Reading writes,
        Histogram.Reading commits,
        long failedCommits,
        int waitingWrites,
        int waitingReads,
        boolean failing) {}
