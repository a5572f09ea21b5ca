package dev.boda.sandbox.scratch;

import java.io.IOException;

/// This machine or user cannot give environments disks of their own; the message is a sentence that says why.
public final class ScratchUnavailable extends IOException {

    ScratchUnavailable(String why) {
        super(why);
    }

    ScratchUnavailable(String why, IOException cause) {
        super(why + " " + cause.getMessage() + ".", cause);
    }
}
