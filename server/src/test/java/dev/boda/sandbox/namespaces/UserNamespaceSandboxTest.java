package dev.boda.sandbox.namespaces;

import java.io.IOException;

/// By a user namespace, as for an ordinary user.
class UserNamespaceSandboxTest extends NamespaceSandboxContract {

    @Override
    Rights rights() throws IOException {
        return Rights.toTry().getLast();
    }
}
