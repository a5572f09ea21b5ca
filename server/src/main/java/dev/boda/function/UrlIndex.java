package dev.boda.function;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The URLs of all functions by their ids: what every request to a URL asks. Read without a lock. An id is never used
/// again, so that adding and removing those of different changes may happen in any order.
final class UrlIndex {

    private final Map<String, FunctionUrl> urls = new ConcurrentHashMap<>();

    Optional<FunctionUrl> find(String id) {
        return Optional.ofNullable(urls.get(id));
    }

    /// Those of a function as it is now.
    void add(WholeFunction now) {
        now.urls().values().forEach(url -> urls.put(url.id(), url));
    }

    /// Those that a function had before and has no more.
    void remove(WholeFunction before, WholeFunction now) {
        for (var url : before.urls().values()) {
            if (now.url(url.target()).filter(its -> its.id().equals(url.id())).isEmpty()) {
                urls.remove(url.id());
            }
        }
    }

    void clear() {
        urls.clear();
    }
}
