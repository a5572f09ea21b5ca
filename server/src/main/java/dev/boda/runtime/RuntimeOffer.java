package dev.boda.runtime;

import java.util.Optional;

/// What this machine has for one of AWS's runtimes, for the start line, `doctor` and the documents.
///
/// @param id          AWS's id
/// @param interpreter what runs it, if anything does
/// @param exact       whether that is of the id's own version
/// @param remedy      the command that brings the exact version; empty if it is there
public record RuntimeOffer(String id, Optional<Interpreter> interpreter, boolean exact, String remedy) {}
