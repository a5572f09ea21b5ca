package dev.boda.function;

import java.util.Optional;

/// An address of its own that a function, or an alias of it, is called at by plain HTTP.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html>
///
/// @param id       tells it apart from all others, of every account and region; the first label of its host name
/// @param alias    absent for the unpublished function
/// @param cors     absent where the function answers browsers by itself
/// @param created  as AWS writes it: `2026-01-31T12:00:00.123456Z`
/// @param modified likewise
public record FunctionUrl(
        String id,
        FunctionName function,
        Optional<String> alias,
        AuthType authType,
        InvokeMode invokeMode,
        Optional<CorsRules> cors,
        String created,
        String modified) {

    /// Who may call.
    public enum AuthType {
        /// Whoever the resource-based policy lets in, unsigned.
        NONE,
        /// Whose request is signed with a key that is known.
        AWS_IAM
    }

    /// How the answer comes.
    public enum InvokeMode {
        /// Whole, 6 MB at most.
        BUFFERED,
        /// As the function writes it, 200 MB at most.
        RESPONSE_STREAM
    }

    /// The alias that it calls, or `$LATEST`; each has one URL at most.
    public String target() {
        return alias.orElse(FunctionVersion.LATEST);
    }

    /// What it calls.
    public FunctionReference reference() {
        return new FunctionReference(function, alias.map(Qualifier::new));
    }
}
