package dev.boda.engine;

/// For what an environment is initialised: AWS_LAMBDA_INITIALIZATION_TYPE.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime>
enum InitializationType {
    ON_DEMAND("on-demand"),
    PROVISIONED_CONCURRENCY("provisioned-concurrency"),
    /// For no invocation, but for what the start leaves for later ones; to the function as any other.
    TRAINING("on-demand");

    private final String wire;

    InitializationType(String wire) {
        this.wire = wire;
    }

    /// As AWS writes it.
    String wire() {
        return wire;
    }
}
