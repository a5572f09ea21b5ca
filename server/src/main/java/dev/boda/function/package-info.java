/// What a function is: its name, its settings and code, the rules they must keep, and the catalogue that holds all
/// functions.
///
/// [FunctionCatalog] is the entry. It keeps a [FunctionRecord] for every [FunctionName] (account, region and name), in
/// the store first and in memory for reading, and says which immutable [FunctionVersion] an invocation runs. A change
/// is acknowledged at once and finished in the background:
///
///     CREATING ──▶ READY ◀──▶ UPDATING ──▶ UPDATE_FAILED ──▶ UPDATING
///        └──▶ CREATE_FAILED
///
/// Always true: a version never changes; what serves has its code durable and unpacked; while an update is under way,
/// or after it failed, what served before serves on; whoever listens hears of every version that serves no more.
///
/// [LayerCatalog] holds the layers beside it, in the same way; [LayerChoice] says which of them a function may have.
/// What a
/// function has of a layer, a [LayerUse], is the function's own and outlives the layer version.
///
/// [EventInvokeConfigs] and [RecursiveLoops] say how asynchronous invocations end and where loops do.
///
/// [FunctionUrls] are the addresses that functions and their aliases are called at; they are stored with their function
/// and found by their ids.
///
/// [FunctionRules] is the second sieve behind AWS's models, [LambdaErrors] all of AWS's sentences.
@NullMarked
package dev.boda.function;

import org.jspecify.annotations.NullMarked;
