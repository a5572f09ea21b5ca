package dev.boda.functionurl;

import dev.boda.http.HttpHeaders;

/// An answer over HTTP.
///
/// @param headers of the function, and those that every answer has
record UrlAnswer(int status, HttpHeaders.Builder headers, byte[] body) {}
