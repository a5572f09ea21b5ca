package dev.boda.engine;

/// An environment has no program to start, or one that the kernel does not execute: the function's fault.
final class NoProgramException extends Exception {

    private static final long serialVersionUID = 1;

    NoProgramException(String sentence) {
        super(sentence);
    }

    /// AWS's, of its supervisor.
    String sentence() {
        return String.valueOf(getMessage());
    }
}
