package dev.boda.sandbox.namespaces;

/// As root.
class RootSandboxTest extends ImageSandboxContract {

    @Override
    Rights rights() {
        return new Rights(false, 0, 0);
    }
}
