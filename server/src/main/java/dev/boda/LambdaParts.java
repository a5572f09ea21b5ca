package dev.boda;

import dev.boda.api.lambda.AccountOperations;
import dev.boda.api.lambda.CodeDownloads;
import dev.boda.api.lambda.CodeIntake;
import dev.boda.api.lambda.ConcurrencyOperations;
import dev.boda.api.lambda.FunctionMetadata;
import dev.boda.api.lambda.FunctionOperations;
import dev.boda.api.lambda.FunctionUrlOperations;
import dev.boda.api.lambda.InstalledRuntimes;
import dev.boda.api.lambda.InvokeOperations;
import dev.boda.api.lambda.LambdaApi;
import dev.boda.api.lambda.LayerOperations;
import dev.boda.api.lambda.RequestedCode;
import dev.boda.api.lambda.RequestedInvocations;
import dev.boda.api.lambda.RequestedSettings;
import dev.boda.async.AsyncInvocations.Accepted;
import dev.boda.aws.ServiceOperations;
import dev.boda.code.CodeStore;
import dev.boda.code.live.LiveFolders;
import dev.boda.engine.EnvironmentPool;
import dev.boda.engine.Invoker;
import dev.boda.engine.ResponseSink;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrlAddress;
import dev.boda.function.FunctionUrls;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerChoice;
import dev.boda.runtime.RuntimeCatalog;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// What Lambda's API is made of; a part of [Platform], which makes these.
///
/// @param events           takes those that are to be run later
/// @param streamed         what stands before an answer that is streamed
/// @param folders          that may be code
/// @param isOfRole         whether an access key was issued for a role
/// @param urls             where function URLs are called
/// @param acceptUnenforced keep configuration that has no effect, instead of refusing it
record LambdaParts(
        FunctionCatalog catalog,
        LayerCatalog layers,
        CodeSigningConfigs signing,
        Invoker invoker,
        Consumer<Accepted> events,
        UnaryOperator<ResponseSink> streamed,
        CodeStore code,
        LiveFolders folders,
        Predicate<String> isOfRole,
        CodeDownloads downloads,
        RuntimeCatalog runtimes,
        EnvironmentPool environments,
        FunctionUrlAddress urls,
        boolean acceptUnenforced) {

    ServiceOperations operations() {
        var installed = new InstalledRuntimes(runtimes);
        // Asked at every invocation. Trace ids are no secrets: no lock that all functions share is worth them.
        var traces = new FunctionTraces(
                InstantSource.system(), () -> ThreadLocalRandom.current().nextLong());
        var intake = new CodeIntake(code);
        var requested = new RequestedSettings(
                new LayerChoice(layers, code::content), Capacity.architecture(), acceptUnenforced);
        var requestedCode = new RequestedCode(intake, folders, isOfRole, Capacity.architecture());
        return LambdaApi.of(
                new FunctionOperations(catalog, requestedCode, downloads, installed, signing, requested),
                new ConcurrencyOperations(catalog),
                new AccountOperations(catalog),
                LambdaApi.resources(
                        catalog,
                        environments.provisioned()::progress,
                        new InvokeOperations(
                                new RequestedInvocations(catalog, installed, traces), invoker, events, streamed),
                        new LayerOperations(layers, intake, downloads),
                        new FunctionMetadata(catalog, signing),
                        new FunctionUrlOperations(new FunctionUrls(catalog), urls)));
    }
}
