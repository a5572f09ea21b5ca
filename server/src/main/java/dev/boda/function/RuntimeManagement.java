package dev.boda.function;

import java.util.Optional;

/// When a function gets another release of its runtime, `RuntimeManagementConfig`.
///
/// @param updateOn          `Auto`, `FunctionUpdate` or `Manual`
/// @param runtimeVersionArn the release that `Manual` stays at
public record RuntimeManagement(String updateOn, Optional<String> runtimeVersionArn) {

    public static final RuntimeManagement AUTO = new RuntimeManagement("Auto", Optional.empty());

    private static final String MANUAL = "Manual";

    /// What a request asks for: a release goes with `Manual`, and only with it. There is but one of each runtime here.
    ///
    /// @param here the release of the function's runtime on this machine
    public static RuntimeManagement of(String updateOn, Optional<String> runtimeVersionArn, String here) {
        boolean manual = updateOn.equals(MANUAL);
        if (manual && runtimeVersionArn.isEmpty()) {
            throw LambdaErrors.runtimeVersionMissing();
        }
        if (!manual && runtimeVersionArn.isPresent()) {
            throw LambdaErrors.runtimeVersionUnwanted(updateOn);
        }
        runtimeVersionArn.filter(arn -> !arn.equals(here)).ifPresent(arn -> {
            throw LambdaErrors.runtimeVersionUnknown(arn, here);
        });
        return new RuntimeManagement(updateOn, runtimeVersionArn);
    }
}
