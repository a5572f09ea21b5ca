package dev.boda.bench.logs;

import dev.boda.bench.load.Client;
import dev.boda.bench.load.Request;
import dev.boda.bench.load.Target;
import dev.boda.bench.subject.BodaServer;
import dev.boda.bench.subject.JavaProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// Runs feeds in processes of their own.
public final class LogPath {

    private static final Pattern FED = Pattern.compile("invocation=(\\d+) time=(\\d+)");
    private static final String FOREVER = "3600";
    private static final int LAST_EVENTS = 20;

    private final Path home;
    private final Path folder;

    /// @param folder to write into
    public LogPath(Path home, Path folder) {
        this.home = home;
        this.folder = folder;
    }

    /// Feeds for so long.
    public LogFeed.Seen feed(int invocationsPerSecond, int seconds) throws IOException, InterruptedException {
        var data = Files.createDirectories(folder.resolve("fed"));
        var feed = feeder(data, invocationsPerSecond, Integer.toString(seconds));
        var line = feed.inputReader().readLine();
        if (feed.waitFor() != 0 || line == null) {
            throw new IOException("The log feed failed: " + line);
        }
        return LogFeed.Seen.parse(line);
    }

    /// Feeds, kills the process (SIGKILL) and starts a server on what is on the disk.
    ///
    /// @return how old, in milliseconds, the oldest line may be that is lost
    public long lostByKill(int invocationsPerSecond, int seconds) throws IOException, InterruptedException {
        var data = folder.resolve("killed");
        // Makes the data directory.
        BodaServer.start(home, data).close();
        var feed = feeder(data.resolve("logs"), invocationsPerSecond, FOREVER);
        boolean ended = feed.waitFor(seconds, TimeUnit.SECONDS);
        feed.destroyForcibly().waitFor();
        if (ended) {
            throw new IOException(
                    "The log feed ended by itself: " + feed.inputReader().readAllAsString());
        }
        var marks = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("marks")));
        long longest = 0;
        try (var boda = BodaServer.start(home, data);
                var client = new Client(Target.of(boda.url()), BodaServer.signer("logs"))) {
            for (int stream = 0; stream < LogFeed.STREAMS; stream++) {
                long appended = marks.getLong(stream * LogFeed.MARK_BYTES + Long.BYTES);
                longest = Math.max(longest, appended - lastKept(client, stream));
            }
        }
        return longest;
    }

    private Process feeder(Path logs, int invocationsPerSecond, String seconds) throws IOException {
        var rate = Integer.toString(invocationsPerSecond);
        var marks = folder.resolve("marks").toString();
        return JavaProcess.builder(LogFeed.class, List.of(logs.toString(), rate, seconds, marks))
                .redirectErrorStream(true)
                .start();
    }

    /// When the last invocation of a stream was appended whose line is there.
    private static long lastKept(Client client, int stream) throws IOException {
        var asked = JsonMapper.shared()
                .writeValueAsBytes(java.util.Map.of(
                        "logGroupName",
                        LogFeed.GROUP,
                        "logStreamName",
                        "2026/01/31/[$LATEST]" + stream,
                        "limit",
                        LAST_EVENTS));
        var reply = client.ask(new Request(
                "POST",
                "/",
                List.of(
                        new Request.Header("content-type", "application/x-amz-json-1.1"),
                        new Request.Header("x-amz-target", "Logs_20140328.GetLogEvents")),
                asked));
        if (!reply.succeeded()) {
            throw new IOException("The log of a killed feed cannot be read: " + reply.text());
        }
        long last = 0;
        var found = FED.matcher(new String(reply.body(), StandardCharsets.UTF_8));
        while (found.find()) {
            last = Math.max(last, Long.parseLong(found.group(2)));
        }
        return last;
    }
}
