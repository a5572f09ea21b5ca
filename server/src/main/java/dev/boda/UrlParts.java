package dev.boda;

import dev.boda.access.CallAccess;
import dev.boda.aws.RequestLog;
import dev.boda.aws.SignedCallers;
import dev.boda.engine.Invoker;
import dev.boda.engine.ResponseSink;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrls;
import dev.boda.functionurl.FunctionUrlDoor;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/// What function URLs are made of; a part of [Platform], which makes these.
///
/// @param access   asked for both permissions of a caller
/// @param streamed what stands before an answer that is streamed
/// @param requests counts the requests
record UrlParts(
        Config config,
        FunctionCatalog catalog,
        Invoker invoker,
        CallAccess access,
        KnownKeys keys,
        UnaryOperator<ResponseSink> streamed,
        RequestLog requests,
        InstantSource clock) {

    /// Threads that understand large answers, which would keep an I/O thread from its connections.
    private static final int LARGE_ANSWERS = 2;

    static ExecutorService readers() {
        var threads = Thread.ofPlatform().name("url-answer").daemon().factory();
        return Executors.newFixedThreadPool(LARGE_ANSWERS, threads);
    }

    /// @param readers of large answers
    FunctionUrlDoor door(ExecutorService readers) {
        return new FunctionUrlDoor(new FunctionUrlDoor.Parts(
                config.functionUrlSuffix(),
                config.urlSuffixes(),
                new FunctionUrls(catalog)::find,
                catalog::resolve,
                invoker,
                access,
                new SignedCallers(keys::find, config.account(), clock),
                new FunctionTraces(clock, () -> ThreadLocalRandom.current().nextLong()),
                requests,
                streamed,
                readers,
                UUID::randomUUID,
                clock));
    }

    /// The same URLs inside environments, where only keys of roles are known.
    FunctionUrlDoor inside(FunctionUrlDoor door) {
        return door.onlyFor(new SignedCallers(keys::findIssued, config.account(), clock));
    }
}
