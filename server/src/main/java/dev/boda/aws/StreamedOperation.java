package dev.boda.aws;

import software.amazon.awssdk.core.SdkPojo;

/// One operation of an AWS service whose answer is a stream of events.
///
/// @param <I> the request class of AWS's SDK
/// @param <O> its response class, without the events
@FunctionalInterface
public interface StreamedOperation<I, O extends SdkPojo> {

    /// Answers, or refuses by a [ServiceException] as long as no answer has been [begun][EventStream#begin].
    void answer(I input, ApiCall call, EventStream<O> answer) throws Exception;
}
