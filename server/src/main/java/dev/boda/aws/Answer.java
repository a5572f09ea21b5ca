package dev.boda.aws;

import dev.boda.http.HttpHeaders;

/// What goes back to the caller, whole; the headers are those of the protocol and of the model.
record Answer(int status, HttpHeaders.Builder headers, byte[] body) {}
