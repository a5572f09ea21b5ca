package dev.boda.access;

/// A function's role does not let itself be assumed. The sentence is Lambda's.
public final class RoleRefusedException extends RuntimeException {

    RoleRefusedException() {
        super("The role defined for the function cannot be assumed by Lambda.");
    }
}
