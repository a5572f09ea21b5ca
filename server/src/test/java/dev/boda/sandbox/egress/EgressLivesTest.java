package dev.boda.sandbox.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left of links and servers that end.
class EgressLivesTest extends EgressScene {

    @Test
    void closingALinkTwiceRemovesItOnce() throws IOException {
        assertThat(links()).contains(link.name());
        close(link);
        assertThat(links()).doesNotContain(link.name());
        close(link);
    }

    @Test
    void aLinkWhoseNamespaceEndedIsClosedAsWell() throws IOException {
        environment.close();
        close(link);
        assertThat(links()).doesNotContain(link.name());
    }

    @Test
    void closingEgressLeavesNothing() throws IOException {
        closeAndSeeThatNothingIsLeft();
        assertThatThrownBy(() -> attach(environment)).isInstanceOf(EgressUnavailable.class);
    }

    private void closeAndSeeThatNothingIsLeft() throws IOException {
        assertThat(machine.forwarding()).isEqualTo("1");
        machine.machine().run(() -> {
            egress.close();
            return true;
        });
        assertThat(links()).containsExactlyInAnyOrder("lo", "uplink");
        assertThat(machine.forwarding()).isEqualTo("0");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aKilledServersRulesHoldAndTheNextOneRemovesWhatItLeft() throws Exception {
        machine.machine().run(() -> {
            egress.close();
            return true;
        });
        try (var server = Listener.open(machine.internet(), FakeMachine.INTERNET);
                var metadata = Listener.open(machine.internet(), FakeMachine.METADATA)) {
            killAServer();
            assertThat(links()).filteredOn(name -> name.startsWith("vethb")).hasSize(1);
            assertThat(server.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);
            assertThatThrownBy(() -> metadata.askedFrom(environment)).isInstanceOf(ConnectException.class);

            egress = startEgress(Egress.Settings.OPEN);

            assertThat(links()).containsExactlyInAnyOrder("lo", "uplink");
            attach(environment);
            assertThat(server.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);
        }
        closeAndSeeThatNothingIsLeft();
    }

    private void killAServer() throws Exception {
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EgressVictim.class.getName(),
                folder.toString(),
                String.valueOf(environment.pid()));
        var victim = machine.machine()
                .run(() -> new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
        try (var output = victim.inputReader()) {
            assertThat(output.readLine()).isEqualTo("attached");
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    @Test
    void aSecondServerOnTheFolderIsRefusedAndTheFirstGoesOn() throws IOException {
        assertThatThrownBy(() -> startEgress(Egress.Settings.OPEN))
                .isInstanceOf(EgressUnavailable.class)
                .hasMessageContaining("another process holds boda_");
        try (var server = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
            assertThat(server.askedFrom(environment)).isEqualTo(FakeMachine.ADDRESS);
        }
    }

    @Test
    void serversOnOtherFoldersHaveOtherAddressesAndKeepForwardingOn(@TempDir Path other) throws IOException {
        var second = machine.machine().run(() -> Egress.start(other, Egress.Settings.OPEN));
        try (var neighbour = Namespace.open();
                var server = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
            var neighboursLink = machine.machine().run(() -> second.attach(neighbour.pid()));
            try (var inside = Listener.open(neighbour, neighboursLink.address())) {
                assertThatThrownBy(() -> inside.askedFrom(environment, SHORT_MILLIS))
                        .isInstanceOf(IOException.class);
            }
            machine.machine().run(() -> {
                egress.close();
                return true;
            });
            assertThat(machine.forwarding()).isEqualTo("1");
            assertThat(server.askedFrom(neighbour)).isEqualTo(FakeMachine.ADDRESS);
        } finally {
            machine.machine().run(() -> {
                second.close();
                return true;
            });
        }
    }

    @Test
    void manyEnvironmentsAtOnceComeAndGoAndLeaveNothing() throws Exception {
        long before = openDescriptors();
        var namespaces = new ArrayList<Namespace>();
        for (int i = 0; i < 8; i++) {
            namespaces.add(Namespace.open());
        }
        try (var server = Listener.open(machine.internet(), FakeMachine.INTERNET)) {
            var answers = machine.machine().run(() -> {
                var all = namespaces.stream()
                        .map(namespace -> CompletableFuture.supplyAsync(
                                () -> liveOften(namespace, server, 25),
                                task -> Thread.ofPlatform().start(task)))
                        .toList();
                return all.stream().map(CompletableFuture::join).toList();
            });
            assertThat(answers).hasSize(8).containsOnly(FakeMachine.ADDRESS);
        }
        namespaces.forEach(Namespace::close);
        assertThat(links()).containsExactlyInAnyOrder("lo", "uplink", link.name());
        assertThat(openDescriptors()).isLessThanOrEqualTo(before);
    }

    /// Attaches and closes; the last time it asks the server in between.
    private String liveOften(Namespace namespace, Listener server, int times) {
        try {
            for (int i = 1; i < times; i++) {
                egress.attach(namespace.pid()).close();
            }
            try (var _ = egress.attach(namespace.pid())) {
                return server.askedFrom(namespace);
            }
        } catch (IOException failed) {
            return failed.toString();
        }
    }

    private static long openDescriptors() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
