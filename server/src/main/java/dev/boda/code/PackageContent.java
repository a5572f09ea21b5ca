package dev.boda.code;

import java.util.Set;

/// What a package says of itself.
///
/// @param unzippedBytes of all its files
/// @param topNames      of the files and folders that lie in no other
public record PackageContent(long unzippedBytes, Set<String> topNames) {

    public PackageContent {
        topNames = Set.copyOf(topNames);
    }
}
