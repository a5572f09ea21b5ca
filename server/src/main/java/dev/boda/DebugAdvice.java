package dev.boda;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// How a person attaches a debugger, in the words of the tools of the function's language.
final class DebugAdvice {

    private static final int LITTLE_MEMORY = 512;

    private DebugAdvice() {}

    /// @param facts what the server says of the function
    static List<String> of(JsonNode facts) {
        int port = facts.path("port").asInt();
        var root = facts.path("root").asString();
        var lines = new ArrayList<String>();
        lines.add("Debugging " + facts.path("function").asString() + " ("
                + facts.path("version").asString() + ", "
                + facts.path("runtime").asString()
                + "): attach to 127.0.0.1:" + port + ".");
        lines.addAll(
                switch (facts.path("language").asString()) {
                    case "nodejs" -> nodejs(port, root);
                    case "java" -> java(port);
                    default -> python(port, root);
                });
        if (facts.path("memory").asInt() < LITTLE_MEMORY) {
            lines.add("  It has " + facts.path("memory").asInt()
                    + " MB, and as much of a processor as that is worth: with more it is debugged more smoothly.");
        }
        lines.add(
                "Its invocations have no timeout meanwhile and run one at a time; who calls may have one: 'aws' waits for"
                        + " an answer for a minute (--cli-read-timeout 0: for ever).");
        lines.add("Ctrl-C ends it.");
        return List.copyOf(lines);
    }

    private static List<String> nodejs(int port, String root) {
        return List.of(
                "  node inspect 127.0.0.1:" + port,
                "  Chrome: chrome://inspect, Configure, 127.0.0.1:" + port,
                "  VS Code, launch.json: {\"name\": \"boda\", \"type\": \"node\", \"request\": \"attach\", \"port\": "
                        + port + ", \"localRoot\": \"${workspaceFolder}\", \"remoteRoot\": \"" + root + "\"}");
    }

    private static List<String> java(int port) {
        return List.of(
                "  jdb -attach 127.0.0.1:" + port,
                "  IntelliJ IDEA: Run, Attach to Process or a configuration \"Remote JVM Debug\", localhost:" + port,
                "  VS Code, launch.json: {\"name\": \"boda\", \"type\": \"java\", \"request\": \"attach\","
                        + " \"hostName\": \"127.0.0.1\", \"port\": " + port + "}");
    }

    private static List<String> python(int port, String root) {
        return List.of("  VS Code, launch.json: {\"name\": \"boda\", \"type\": \"debugpy\", \"request\": \"attach\","
                + " \"connect\": {\"host\": \"127.0.0.1\", \"port\": " + port
                + "}, \"pathMappings\": [{\"localRoot\": \"${workspaceFolder}\", \"remoteRoot\": \"" + root + "\"}]}");
    }
}
