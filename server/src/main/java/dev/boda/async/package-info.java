/// Asynchronous invocation: an event that was accepted is run later, again where that helps, and what became
/// of it is told to a destination.
///
///     AsyncInvocations ──add──▶ store.EventQueue ──lease──▶ EventDispatcher ──▶ EventRun ──▶ engine.Invoker
///                                     ▲                                             │
///                                     └──────── done, again, destination ───────────┘
///
/// [dev.boda.async.AsyncInvocations] is how an event gets in: it is durable when that returns. The
/// [dev.boda.async.EventDispatcher] owns shards of the queue and leases what is due, function by function, so
/// that none delays another. [dev.boda.async.EventRun] runs one event once; [dev.boda.async.RetryPolicy], a
/// pure decision, says what follows. The outcome and what comes of it, an event for a destination too, are
/// written in one transaction ([dev.boda.async.Outcomes]).
///
/// Always true: an accepted event is waiting, leased, or over; it is over only by success, by AWS's rules of
/// giving up, or with its function. It may run more often than once, as on AWS.
@NullMarked
package dev.boda.async;

import org.jspecify.annotations.NullMarked;
