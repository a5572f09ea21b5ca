package dev.boda.function;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// What a function is configured to: all that UpdateFunctionConfiguration may change.
///
/// @param runtime     AWS's id, `python3.12`
/// @param role        the execution role's ARN
/// @param temporaryMegabytes size of /tmp, `EphemeralStorage`
/// @param environment the user's variables; empty if the function never was given any, which AWS tells apart from
///                    being given none
/// @param layers      merged under /opt in this order, at most five
/// @param tracingMode `PassThrough` or `Active`
/// @param kmsKeyArn   kept and shown; nothing is encrypted with it
/// @param unenforced  kept and shown with `--accept-unenforced`; nothing follows from it
public record FunctionSettings(
        String runtime,
        String handler,
        String role,
        String description,
        int timeoutSeconds,
        int memoryMegabytes,
        int temporaryMegabytes,
        Optional<Map<String, String>> environment,
        List<LayerUse> layers,
        String tracingMode,
        LoggingSettings logging,
        Optional<String> kmsKeyArn,
        UnenforcedSettings unenforced) {

    /// AWS's defaults. <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
    public static final FunctionSettings DEFAULT = new FunctionSettings(
            "",
            "",
            "",
            "",
            3,
            128,
            512,
            Optional.empty(),
            List.of(),
            "PassThrough",
            LoggingSettings.DEFAULT,
            Optional.empty(),
            UnenforcedSettings.NONE);

    public FunctionSettings {
        environment = environment.map(variables -> Collections.unmodifiableMap(new LinkedHashMap<>(variables)));
        // Functions that were stored before something could be chosen have not chosen it.
        temporaryMegabytes = temporaryMegabytes == 0 ? 512 : temporaryMegabytes;
        layers = List.copyOf(Objects.requireNonNullElse(layers, List.of()));
        tracingMode = Objects.requireNonNullElse(tracingMode, "PassThrough");
        logging = Objects.requireNonNullElse(logging, LoggingSettings.DEFAULT);
        unenforced = Objects.requireNonNullElse(unenforced, UnenforcedSettings.NONE);
    }

    /// The same but for what `change` sets.
    public FunctionSettings with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.settings();
    }

    /// Settings that are being changed.
    public static final class Draft {

        public String runtime;
        public String handler;
        public String role;
        public String description;
        public int timeoutSeconds;
        public int memoryMegabytes;
        public int temporaryMegabytes;
        public Optional<Map<String, String>> environment;
        public List<LayerUse> layers;
        public String tracingMode;
        public LoggingSettings logging;
        public Optional<String> kmsKeyArn;
        public UnenforcedSettings unenforced;

        private Draft(FunctionSettings from) {
            runtime = from.runtime;
            handler = from.handler;
            role = from.role;
            description = from.description;
            timeoutSeconds = from.timeoutSeconds;
            memoryMegabytes = from.memoryMegabytes;
            temporaryMegabytes = from.temporaryMegabytes;
            environment = from.environment;
            layers = from.layers;
            tracingMode = from.tracingMode;
            logging = from.logging;
            kmsKeyArn = from.kmsKeyArn;
            unenforced = from.unenforced;
        }

        private FunctionSettings settings() {
            return new FunctionSettings(
                    runtime,
                    handler,
                    role,
                    description,
                    timeoutSeconds,
                    memoryMegabytes,
                    temporaryMegabytes,
                    environment,
                    layers,
                    tracingMode,
                    logging,
                    kmsKeyArn,
                    unenforced);
        }
    }
}
