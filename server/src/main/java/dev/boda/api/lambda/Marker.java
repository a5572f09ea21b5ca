package dev.boda.api.lambda;

import dev.boda.aws.PageToken;
import dev.boda.function.LambdaErrors;
import org.jspecify.annotations.Nullable;

/// How Lambda's listings are paged.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html>
final class Marker {

    /// AWS returns no more, whatever is asked for.
    private static final int PAGE = 50;

    private Marker() {}

    /// Behind what a listing goes on; the empty string to begin.
    ///
    /// @param listing whose marker it must be
    static String decode(String listing, @Nullable String marker) {
        if (marker == null || marker.isEmpty()) {
            return "";
        }
        return PageToken.decode(listing, marker)
                .orElseThrow(() -> LambdaErrors.invalidParameter("The provided Marker is not valid."));
    }

    static int limit(@Nullable Integer maxItems) {
        return limit(maxItems, PAGE);
    }

    /// @param most that this listing returns, however many are asked for
    static int limit(@Nullable Integer maxItems, int most) {
        return maxItems == null ? most : Math.min(maxItems, most);
    }
}
