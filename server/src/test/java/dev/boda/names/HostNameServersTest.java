package dev.boda.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostNameServersTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;

    private static List<String> shown(List<java.net.InetSocketAddress> servers) {
        return servers.stream()
                .map(server -> server.getAddress().getHostAddress() + ":" + server.getPort())
                .toList();
    }

    @Test
    void theFirstThreeServersAreThoseOfTheFile() {
        assertThat(shown(HostNameServers.parse(List.of(
                        "# nameserver 9.9.9.9",
                        "search example.com",
                        "nameserver 127.0.0.53",
                        "  nameserver   2001:db8::1",
                        "nameserver no.address",
                        "nameserver 10.0.0.2",
                        "nameserver 10.0.0.3"))))
                .containsExactly("127.0.0.53:53", "2001:db8:0:0:0:0:0:1:53", "10.0.0.2:53");
    }

    @Test
    void withoutAServerItIsTheMachineItself() {
        assertThat(shown(new HostNameServers(folder.resolve("none")).at(0))).containsExactly("127.0.0.1:53");
        assertThat(shown(HostNameServers.parse(List.of("options edns0")))).containsExactly("127.0.0.1:53");
    }

    @Test
    void aChangedFileIsReadAgainWithinASecond() throws Exception {
        var file = Files.writeString(folder.resolve("resolv.conf"), "nameserver 10.0.0.1\n");
        var servers = new HostNameServers(file);
        assertThat(shown(servers.at(SECOND))).containsExactly("10.0.0.1:53");

        Files.writeString(file, "nameserver 10.0.0.1\nnameserver 10.0.0.2\n");

        assertThat(shown(servers.at(SECOND + 1))).containsExactly("10.0.0.1:53");
        assertThat(shown(servers.at(3 * SECOND))).containsExactly("10.0.0.1:53", "10.0.0.2:53");
    }
}
