package dev.boda.aws;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a listing.
///
/// @param nextToken where the next page begins; null on the last page
public record Page<T>(List<T> items, @Nullable String nextToken) {

    /// The first `limit` of `found`, which holds one more where there is a next page: ask the store for `limit + 1`
    /// records behind the token's position.
    ///
    /// @param listing  the operation's name, as in [PageToken#encode]
    /// @param position of a record in the listing's order
    public static <T> Page<T> of(List<T> found, int limit, String listing, Function<? super T, String> position) {
        if (found.size() <= limit) {
            return new Page<>(found, null);
        }
        var items = List.copyOf(found.subList(0, limit));
        return new Page<>(items, PageToken.encode(listing, position.apply(items.getLast())));
    }
}
