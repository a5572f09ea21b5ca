package dev.boda.function;

import dev.boda.code.CodeFolders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A layer version as a function uses it: what is kept of it outlives the layer version, as on AWS.
///
/// @param arn       the layer version's, with its number
/// @param digest    SHA-256 of its package, 64 hexadecimal digits
/// @param sizeBytes of the package as it was uploaded
public record LayerUse(String arn, String digest, long sizeBytes) {

    /// Of the packages that are merged under /opt, in this order.
    public static List<String> digests(List<LayerUse> layers) {
        return layers.stream().map(LayerUse::digest).toList();
    }

    /// The digests of all code that a function with these layers needs for them: the packages, and what they are
    /// together.
    static Set<String> codeInUse(List<LayerUse> layers) {
        var digests = new HashSet<>(digests(layers));
        if (!layers.isEmpty()) {
            digests.add(CodeFolders.digestOf(digests(layers)));
        }
        return digests;
    }
}
