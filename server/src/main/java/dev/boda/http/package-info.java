/// HTTP/1.1 behind two interfaces: a handler is given an exchange on a virtual thread of its own and may
/// block. Brief requests' threads are carried by the I/O threads ([HandlerThreads]). Of clients that never get as far
/// as a request the handler hears too ([Refusal]). The only package that knows the HTTP library (Netty).
@NullMarked
package dev.boda.http;

import org.jspecify.annotations.NullMarked;
