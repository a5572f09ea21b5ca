package dev.boda.sandbox.egress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whether the machine forwards packets between its links (`net.ipv4.ip_forward`), which environments need, and who
/// turned that on.
///
/// Where it was off, this server turns it on, notes in its folder which links the machine had (nothing was forwarded
/// between those, and nothing is now: [EgressRules]), and turns it off at its end. Links that appear later belong to
/// somebody who counts on forwarding, such as Docker, and another server of this kind counts on it too: then it stays
/// on. The note outlives a killed server, not a restart of the machine.
final class Forwarding {

    private static final String NOTE = "forwarding-turned-on";
    private static final String ON = "1";
    private static final String OFF = "0";

    private final Path setting;
    private final Path note;
    private final String boot;

    /// `setting` is the kernel's file; `boot` tells one run of the machine from another.
    Forwarding(Path setting, Path folder, String boot) {
        this.setting = setting;
        this.note = folder.resolve(NOTE);
        this.boot = boot;
    }

    boolean isOn() throws IOException {
        return !Files.readString(setting).strip().equals(OFF);
    }

    /// The links between which nothing was forwarded when this server, or a killed one before it, turned it on; none
    /// if it was on. Notes `links` if it is off now.
    List<String> separateLinks(List<String> links) throws IOException {
        if (!isOn()) {
            Files.write(note, Stream.concat(Stream.of(boot), links.stream()).toList());
        }
        return noted().orElse(List.of());
    }

    void turnOn() throws IOException {
        if (!isOn()) {
            Files.writeString(setting, ON);
        }
    }

    /// Whether a server on this folder turned it on.
    boolean isOurs() throws IOException {
        return noted().isPresent();
    }

    /// Turns it off if this server turned it on and nobody else counts on it: `links` are those that the machine has
    /// now without environments'.
    void giveBack(List<String> links, boolean otherServers) throws IOException {
        var noted = noted();
        if (noted.isPresent() && !otherServers && noted.get().containsAll(links)) {
            Files.writeString(setting, OFF);
        }
        Files.deleteIfExists(note);
    }

    private Optional<List<String>> noted() throws IOException {
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(note);
        return lines.isEmpty() || !lines.getFirst().equals(boot)
                ? Optional.empty()
                : Optional.of(lines.subList(1, lines.size()));
    }
}
