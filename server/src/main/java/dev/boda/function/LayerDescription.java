package dev.boda.function;

import java.util.List;
import java.util.Optional;

/// What whoever publishes a layer version says of it. Nothing is enforced by it, on AWS neither.
///
/// @param text          empty if nothing was said
/// @param runtimes      AWS's ids; absent if not said, which AWS tells apart from an empty list
/// @param architectures `x86_64`, `arm64`; absent if not said
public record LayerDescription(
        String text, Optional<List<String>> runtimes, Optional<List<String>> architectures, Optional<String> license) {

    public LayerDescription {
        runtimes = runtimes.map(List::copyOf);
        architectures = architectures.map(List::copyOf);
    }

    /// What a listing asks for: only what says that it is for a runtime, an architecture, or both.
    public record Filter(Optional<String> runtime, Optional<String> architecture) {

        boolean accepts(LayerDescription described) {
            return holds(described.runtimes, runtime) && holds(described.architectures, architecture);
        }

        private static boolean holds(Optional<List<String>> said, Optional<String> wanted) {
            return wanted.isEmpty() || said.orElse(List.of()).contains(wanted.get());
        }
    }
}
