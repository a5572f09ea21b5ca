package dev.boda.sandbox.namespaces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.os.CallRunner;
import dev.boda.os.CallScript;
import dev.boda.os.ChildProcess;
import dev.boda.os.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BlankTest {

    private static final long CLONE_PARENT = 0x8000;
    private static final long SIGCHLD = 17;

    /// As when the blank is killed before it tells.
    @Test
    void nothingIsLeftOfAProcessThatTheBlankDidNotTellOf() throws Exception {
        ChildProcess.expectEndings();
        var script = new CallScript();
        var child = new CallScript.Label();
        script.fork(script.longs(0), CLONE_PARENT | SIGCHLD, child);
        script.may(SystemCall.EXIT_GROUP, 0);
        script.place(child);
        script.may(SystemCall.EXIT_GROUP, 0);
        try (var runner = CallRunner.open()) {
            var blank = Blank.spawn(runner);
            try (blank) {
                assertThatThrownBy(() -> blank.start(script, Optional.empty()))
                        .hasMessage("The process that makes a sandbox ended by itself");
                assertThat(ofGroup(blank.pid())).isEqualTo(2);
            }
            assertThat(ofGroup(blank.pid())).isZero();
        }
    }

    /// Processes of a process group, zombies too.
    private static long ofGroup(int group) throws IOException {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            long count = 0;
            for (var process : processes) {
                if (group(process) == group) {
                    count++;
                }
            }
            return count;
        }
    }

    private static int group(Path process) {
        try {
            var stat = Files.readString(process.resolve("stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[2]);
        } catch (IOException ended) {
            return 0;
        }
    }
}
