package dev.boda.aws;

/// One operation of an AWS service: its input parsed and checked against AWS's model, its output shaped by it.
///
/// @param <I> the request class of AWS's SDK
/// @param <O> its response class
@FunctionalInterface
public interface Operation<I, O> {

    /// Answers, or refuses by a [ServiceException].
    O answer(I input, ApiCall call) throws Exception;
}
