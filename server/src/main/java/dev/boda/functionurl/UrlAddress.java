package dev.boda.functionurl;

import java.util.Optional;

/// Which function URL a request is for, and what it asks of it.
///
/// @param id     the URL's
/// @param region as the host name says it; empty in the path form
/// @param domain the host name, without a port; empty in the path form
/// @param path   still percent-encoded; without the prefix of the path form
record UrlAddress(String id, Optional<String> region, String domain, String path) {

    /// Whether it is `/_boda/url/ID/…`, at the origin of AWS's APIs.
    boolean inPathForm() {
        return domain.isEmpty();
    }
}
