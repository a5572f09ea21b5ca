package dev.boda.sandbox.process;

import java.util.EnumSet;
import java.util.Set;

/// As root on a machine without control groups of version 2.
class UngroupedProcessSandboxTest extends ProcessSandboxContract {

    @Override
    Set<ProcessSandboxProvider.Feature> features() {
        return EnumSet.of(ProcessSandboxProvider.Feature.MOUNT_NAMESPACES);
    }

    @Override
    protected String taskRoot() {
        return "/var/task";
    }
}
