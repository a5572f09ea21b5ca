package dev.boda.aws;

import java.util.Optional;

/// Decides who may do what: asked before an operation acts, once for each permission that AWS would ask for.
@FunctionalInterface
public interface AccessGate {

    /// Who may not, as AWS's sentence names them: an ARN, `anonymous`. Empty for who may.
    Optional<String> refused(AskedAccess asked);
}
