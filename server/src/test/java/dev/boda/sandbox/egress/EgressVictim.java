package dev.boda.sandbox.egress;

import java.io.IOException;
import java.nio.file.Path;

/// A server of its own that gives environments a way out until it is killed: `FOLDER PID…`. Its first line of output
/// says that they have it.
final class EgressVictim {

    private EgressVictim() {}

    public static void main(String[] arguments) throws IOException {
        var egress = Egress.start(Path.of(arguments[0]), Egress.Settings.OPEN);
        for (int i = 1; i < arguments.length; i++) {
            egress.attach(Integer.parseInt(arguments[i]));
        }
        System.out.println("attached");
        System.out.flush();
        while (System.in.read() >= 0) {
            // Until killed.
        }
    }
}
