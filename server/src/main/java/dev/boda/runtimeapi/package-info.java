/// AWS's Runtime API 2018-06-01: what a runtime sees from inside its environment, and nothing else.
///
/// [RuntimeApiServer] opens an address for each environment. Who is asking is known by the address at which the
/// request arrives, never by what the caller says. Every request becomes one verb of the engine's
/// [dev.boda.engine.ExecutionEnvironment], which alone knows the state; [RuntimeApi] knows paths, header names, status
/// codes and bodies. Statuses, error types and sentences are those of AWS's open-source emulator of the API
/// (aws-lambda-runtime-interface-emulator) and of
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.
@NullMarked
package dev.boda.runtimeapi;

import org.jspecify.annotations.NullMarked;
