package dev.boda.function;

import java.util.Optional;

/// When a function gets another release of its runtime, `RuntimeManagementConfig`.
///
/// @param updateOn          `Auto`, `FunctionUpdate` or `Manual`
/// @param runtimeVersionArn the release that `Manual` stays at
public record RuntimeManagement(String updateOn, Optional<String> runtimeVersionArn) {

    public static final RuntimeManagement AUTO = new RuntimeManagement("Auto", Optional.empty());
}
