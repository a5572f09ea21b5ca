package dev.boda.engine;

import static dev.boda.engine.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.function.FunctionVersion;
import dev.boda.function.LayerUse;
import dev.boda.sandbox.SandboxSpec.Mount;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final Mount TASK = new Mount(Path.of("/code"), "/var/task", true);

    private static FunctionVersion withLayers(LayerUse... layers) {
        var plain = Engine.version();
        var settings = plain.settings().with(its -> its.layers = List.of(layers));
        return new FunctionVersion(plain.id(), plain.function(), plain.version(), settings, plain.code());
    }

    @Test
    void layersAreMountedReadOnlyAsLongAsTheEnvironmentLives() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            var version =
                    withLayers(new LayerUse("arn:l:1", "1".repeat(64), 3), new LayerUse("arn:m:1", "2".repeat(64), 3));
            assertThat(new Call(engine, Engine.invocation(version, "x", false)).answer())
                    .isEqualTo("x");
            assertThat(engine.sandboxes.get(0).spec().mounts())
                    .containsExactly(TASK, new Mount(Path.of("/code"), "/opt", true));
            assertThat(engine.foldersOut).hasValue(2);
            engine.quiet();
            engine.clock.advance(Engine.IDLE);
            eventually("it is gone", () -> engine.pool.open() == 0);
            assertThat(engine.foldersOut).hasValue(0);
        }
    }

    @Test
    void withoutLayersNothingIsMountedThere() {
        try (var engine = Engine.of(FakeRuntime::echo)) {
            engine.invoke("x");
            assertThat(engine.sandboxes.get(0).spec().mounts()).containsExactly(TASK);
        }
    }
}
