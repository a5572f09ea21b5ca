package dev.boda.access;

import java.util.function.Consumer;

/// Allows everything, and has it recorded. It decides about what Boda does by itself, which is always in the account
/// that it does it for; about callers [PolicyAuthorizer] does.
public final class OpenAuthorizer implements Authorizer {

    private final Consumer<AccessRequest> record;

    /// @param record is told of every request, on the thread that asks
    public OpenAuthorizer(Consumer<AccessRequest> record) {
        this.record = record;
    }

    @Override
    public boolean allows(AccessRequest request) {
        record.accept(request);
        return true;
    }
}
