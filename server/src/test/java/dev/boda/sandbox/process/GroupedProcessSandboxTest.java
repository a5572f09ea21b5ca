package dev.boda.sandbox.process;

/// Where this user can make control groups.
class GroupedProcessSandboxTest extends ProcessSandboxContract {

    @Override
    boolean grouped() {
        return true;
    }
}
