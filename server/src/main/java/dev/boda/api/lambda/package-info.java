/// The Lambda API: one class per AWS resource, one method per operation, each parse → ask the domain → shape.
///
/// [LambdaApi] names the operations that work; the front door refuses the others. A request comes typed by AWS's SDK
/// and held against AWS's model; what the model does not tell is held against [dev.boda.function.FunctionRules], and
/// what Boda has not is refused by the member's name. Answers have the members that AWS's had when they were
/// recorded, no more and no fewer.
///
/// What the engine throws becomes AWS's errors in one place; a function that fails is an answer, not an error.
/// [CodeDownloads] serves the addresses that GetFunction gives.
@NullMarked
package dev.boda.api.lambda;

import org.jspecify.annotations.NullMarked;
