package dev.boda.sandbox.egress;

import dev.boda.os.netlink.Netlink;
import dev.boda.os.netlink.NetworkView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A machine with egress in force and one environment attached.
abstract class EgressScene {

    static final int SHORT_MILLIS = 400;
    static final int ENVIRONMENTS_LINK = 1_000;

    @TempDir
    Path folder;

    FakeMachine machine;
    Egress egress;
    Namespace environment;
    Link link;

    @BeforeEach
    void start() throws IOException {
        Namespace.require();
        machine = FakeMachine.start();
        egress = startEgress(Egress.Settings.OPEN);
        environment = Namespace.open();
        link = attach(environment);
    }

    @AfterEach
    void end() throws IOException {
        if (machine != null) {
            machine.machine().run(() -> {
                egress.close();
                return true;
            });
            environment.close();
            machine.close();
        }
    }

    final Egress startEgress(Egress.Settings settings) throws IOException {
        return machine.machine().run(() -> Egress.start(folder, settings));
    }

    final Link attach(Namespace to) throws IOException {
        return machine.machine().run(() -> egress.attach(to.pid()));
    }

    final void close(Link closed) throws IOException {
        machine.machine().run(() -> {
            closed.close();
            return true;
        });
    }

    final List<String> links() throws IOException {
        return machine.machine().run(() -> {
            try (var route = Netlink.route()) {
                return NetworkView.links(route).stream()
                        .map(NetworkView.Link::name)
                        .toList();
            }
        });
    }
}
