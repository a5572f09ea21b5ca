package dev.boda.engine;

import java.io.IOException;

/// The answer of a runtime to its invocation, piece by piece. Opened by [ExecutionEnvironment#openAnswer]; one of
/// [#complete()], [#fail] and [#truncated()] ends it. Belongs to the thread that opened it.
///
/// Every method refuses once the invocation has ended otherwise (timeout, exit): the first completion wins.
public final class Answer {

    private final ExecutionEnvironment environment;
    private final Placement placement;
    private boolean over; // by the owning thread only

    Answer(ExecutionEnvironment environment, Placement placement) {
        this.environment = environment;
        this.placement = placement;
    }

    void begin(String contentType, boolean streamed) throws RuntimeRefusedException {
        try {
            placement.begin(contentType, streamed);
        } catch (IOException e) {
            placement.hangUp();
        } catch (RuntimeException broken) {
            truncated();
            throw broken;
        }
    }

    /// The next bytes. Blocks while the caller is slower. When the answer gets longer than the caller accepts, the
    /// invocation has ended in `Function.ResponseSizeTooLarge`, this answer is over, and the environment stays
    /// usable.
    public void write(byte[] bytes, int offset, int length) throws RuntimeRefusedException, ResponseTooLargeException {
        if (!placement.running()) {
            throw RuntimeRefusedException.closed();
        }
        try {
            placement.write(bytes, offset, length);
        } catch (ResponseTooLargeException e) {
            end(FunctionErrors.responseTooLarge(e));
            throw e;
        } catch (IOException e) {
            placement.hangUp();
        }
    }

    /// The answer is whole: the caller has it when this returns.
    public void complete() throws RuntimeRefusedException {
        if (!placement.running()) {
            throw RuntimeRefusedException.closed();
        }
        try {
            placement.finish();
        } catch (IOException e) {
            placement.hangUp();
        }
        end(new InvocationResult.Success(null));
    }

    /// The function failed in the middle of its answer.
    public void fail(String errorType, byte[] payload) throws RuntimeRefusedException {
        end(FunctionErrors.reported(errorType, payload));
    }

    /// The function failed, and says so at greater length than a caller accepts.
    void failTooLarge(int limitBytes) throws RuntimeRefusedException {
        end(FunctionErrors.responseTooLarge(new ResponseTooLargeException(limitBytes)));
    }

    /// The runtime stopped sending before the end of its answer. Does nothing if the answer is over.
    public void truncated() throws RuntimeRefusedException {
        if (!over) {
            end(FunctionErrors.truncated());
        }
    }

    private void end(InvocationResult result) throws RuntimeRefusedException {
        over = true;
        environment.answered(placement, result);
    }
}
