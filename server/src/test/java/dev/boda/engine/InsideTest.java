package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.sandbox.InsideSockets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Environments with a network of their own: what is served there lives as long as they do.
final class InsideTest {

    private final Engine engine = Engine.inside(FakeRuntime::echo);

    @AfterEach
    void stop() {
        engine.close();
    }

    private void assertNothingIsLeft() {
        engine.quiet();
        assertThat(engine.sandboxes.live()).isEmpty();
        assertThat(engine.sandboxes.served()).isEmpty();
        assertThat(engine.credentialsOut).hasValue(0);
        assertThat(engine.foldersOut).hasValue(0);
        assertThat(engine.pool.open()).isZero();
    }

    private void assertClosed(InsideSockets sockets) {
        assertThat(sockets.runtimeApi().isOpen()).isFalse();
        assertThat(sockets.aws().isOpen()).isFalse();
        assertThat(sockets.names().isOpen()).isFalse();
    }

    @Test
    void allEnvironmentsFindTheServerAtTheSameAddressesInside() {
        assertThat(engine.invoke("1")).isEqualTo("1");

        assertThat(engine.sandboxes.get(0).variables())
                .containsEntry("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001")
                .containsEntry("AWS_ENDPOINT_URL", FakeSandboxes.INSIDE_AWS);
        assertThat(engine.sandboxes.openAddresses())
                .as("addresses of the machine")
                .isZero();
        assertThat(engine.sandboxes.served()).hasSize(1);
    }

    @Test
    void whatIsServedInsideEndsWithTheEnvironmentAfterItsProcesses() {
        engine.invoke("1");
        var sockets = engine.sandboxes.served().iterator().next();

        engine.pool.retire("v1");

        eventually("the environment ends", () -> engine.pool.open() == 0);
        assertNothingIsLeft();
        assertThat(engine.sandboxes.ends()).isEqualTo(List.of("sandbox", "served"));
        assertClosed(sockets);
    }

    @Test
    void anEnvironmentThatCannotBeServedLeavesNothing() {
        engine.sandboxes.serveNothing();

        assertThatThrownBy(() -> engine.invoke("1")).hasStackTraceContaining("nothing is served today");

        assertThat(engine.sandboxes.started()).isEqualTo(1);
        assertNothingIsLeft();
        assertClosed(engine.sandboxes.get(0).takeSockets().orElseThrow());
    }

    @Test
    void anEnvironmentWhoseSandboxDoesNotStartLeavesNothing() {
        engine.sandboxes.failStarts(1);

        assertThatThrownBy(() -> engine.invoke("1")).hasStackTraceContaining("no sandbox today");

        assertNothingIsLeft();
    }

    @Test
    void aNetworkOfItsOwnWithoutSocketsIsNoEnvironment() {
        engine.sandboxes.giveNoSockets();

        assertThatThrownBy(() -> engine.invoke("1"))
                .hasStackTraceContaining("The sandbox has a network of its own without sockets in it");

        assertNothingIsLeft();
    }
}
