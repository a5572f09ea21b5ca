package dev.boda.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.bench.ServerParts.Part;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerPartsTest {

    private static final String DOOR = "dev.boda.aws.FrontDoor";

    @Test
    void aSampleBelongsToTheInnermostOfBodasPackages() {
        var parts = ServerParts.ofStacks(List.of(
                List.of("java.security.MessageDigest", "dev.boda.aws.SignatureClaim", DOOR, "dev.boda.http.Connection"),
                List.of("java.util.Arrays", "dev.boda.http.Answers", "dev.boda.runtimeapi.Reply"),
                List.of("sun.nio.ch.Net", "io.netty.channel.nio.NioIoHandler"),
                List.of("java.lang.VirtualThread", "java.util.concurrent.ForkJoinPool")));
        assertThat(parts.samples())
                .containsEntry(Part.AWS, 1L)
                .containsEntry(Part.HTTP, 1L)
                .containsEntry(Part.NETTY, 1L)
                .containsEntry(Part.JVM, 1L);
        assertThat(parts.share(Part.AWS)).isEqualTo(0.25);
        assertThat(parts.share(Part.MEMORY)).isZero();
        assertThat(parts.loggingShare()).isZero();
    }

    @Test
    void theReadingOfTheMemoryIsAPartOfItsOwn() {
        var parts = ServerParts.ofStacks(List.of(
                List.of("dev.boda.os.Libc.read", "dev.boda.sandbox.process.ProcessSandbox.peakMemoryBytes"),
                List.of("dev.boda.os.Libc.read", "dev.boda.sandbox.process.SandboxOutput.drain")));
        assertThat(parts.samples()).containsEntry(Part.MEMORY, 1L).containsEntry(Part.OUTPUT, 1L);
        assertThat(parts.loggingShare()).isEqualTo(0.5);
    }

    @Test
    void loggingIsCountedAtAnyDepthAndMetricsAreNotLogging() {
        var parts = ServerParts.ofStacks(List.of(
                List.of("dev.boda.aws.Times", "dev.boda.telemetry.PlatformLines", DOOR),
                List.of("java.io.FileOutputStream", "dev.boda.store.LogSegments"),
                List.of("dev.boda.telemetry.metrics.FunctionMeter", DOOR),
                List.of("dev.boda.store.RecordTable", DOOR)));
        assertThat(parts.loggingShare()).isEqualTo(0.5);
        assertThat(parts.samples()).containsEntry(Part.METRICS, 1L).containsEntry(Part.AWS, 1L);
    }
}
