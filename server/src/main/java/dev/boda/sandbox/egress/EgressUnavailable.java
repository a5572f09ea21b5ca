package dev.boda.sandbox.egress;

import java.io.IOException;

/// This machine or user cannot give environments a way out; the message is a sentence that says why.
public final class EgressUnavailable extends IOException {

    EgressUnavailable(String why) {
        super(why);
    }

    EgressUnavailable(String why, IOException cause) {
        super(why + " " + cause.getMessage() + ".", cause);
    }
}
