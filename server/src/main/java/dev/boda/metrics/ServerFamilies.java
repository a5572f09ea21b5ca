package dev.boda.metrics;

import dev.boda.aws.RefusalLog;
import dev.boda.aws.RequestLog;
import dev.boda.engine.StartFailures;
import dev.boda.http.HttpServer;
import dev.boda.store.Database;
import dev.boda.telemetry.FunctionLogs;
import dev.boda.telemetry.LogStore;
import java.net.SocketAddress;
import java.util.List;

/// How the server's parts do: requests, store, logs, connections, event loops.
public final class ServerFamilies {

    private static final double MILLIS_PER_SECOND = 1_000.0;

    private final Parts parts;

    /// Whom it asks.
    ///
    /// @param front where clients connect
    /// @param lag   of event loops and virtual threads
    public record Parts(
            RequestLog requests,
            RefusalLog refusals,
            Database database,
            LogStore logs,
            FunctionLogs functionLogs,
            HttpServer http,
            SocketAddress front,
            SchedulingLag lag,
            StartFailures startFailures,
            Condition condition) {}

    public ServerFamilies(Parts parts) {
        this.parts = parts;
    }

    void addTo(Families families) {
        requests(families);
        refusals(families);
        store(families);
        logs(families);
        families.gauge("boda_connections", "Open connections.", points -> {
            int clients = parts.http.connections(parts.front);
            points.add(clients, "of", "clients");
            points.add(Math.max(0, parts.http.connections() - clients), "of", "runtimes");
        });
        families.gauge(
                "boda_http_buffer_bytes", "Memory that the HTTP server's buffers hold.", parts.http.bufferBytes());
        families.histogram(
                "boda_scheduling_lag_seconds",
                "How late a task runs that is due at once: on an event loop of the HTTP server, on a virtual thread.",
                points -> parts.lag.read().forEach((on, reading) -> points.add(reading, "on", on)));
        families.counter(
                "boda_environment_start_failures",
                "Execution environments that could not be started, before any Init.",
                points -> points.add(parts.startFailures.total()));
        families.gauge(
                "boda_healthy",
                "1 if /_boda/health names no problem.",
                parts.condition.problems().isEmpty() ? 1 : 0);
    }

    private void requests(Families families) {
        var readings = parts.requests.read();
        families.counter(
                "boda_requests",
                "Requests answered, by service, operation and HTTP status; 499: the client had gone.",
                points -> readings.forEach(each -> each.byStatus()
                        .forEach((status, count) -> points.add(
                                count,
                                "service",
                                each.service(),
                                "operation",
                                each.operation(),
                                "status",
                                Integer.toString(status)))));
        families.histogram(
                "boda_request_duration_seconds",
                "From a request's head to its answer, by service and operation.",
                points -> readings.forEach(each ->
                        points.add(each.durations(), "service", each.service(), "operation", each.operation())));
    }

    private void refusals(Families families) {
        families.counter(
                "boda_refusals",
                "Clients turned away before they had made a request, or cut off from the answer to one.",
                points -> parts.refusals.read().forEach((code, count) -> points.add(count, "code", code)));
    }

    private void store(Families families) {
        var flows = List.of(parts.database.flow(), parts.logs.indexFlow());
        families.histogram(
                "boda_store_write_duration_seconds",
                "From asking for a write until it is durable.",
                points -> flows.forEach(flow -> points.add(flow.writes(), "database", flow.name())));
        families.histogram(
                "boda_store_commit_duration_seconds",
                "A transaction and its flush of the disk, for one write or many.",
                points -> flows.forEach(flow -> points.add(flow.commits(), "database", flow.name())));
        families.counter(
                "boda_store_failed_commits",
                "Transactions that the machine could not write: the disk is full, read-only, broken.",
                points -> flows.forEach(flow -> points.add(flow.failedCommits(), "database", flow.name())));
        families.gauge(
                "boda_store_waiting",
                "Requests that wait for the database.",
                points -> flows.forEach(flow -> {
                    points.add(flow.waitingWrites(), "database", flow.name(), "kind", "write");
                    points.add(flow.waitingReads(), "database", flow.name(), "kind", "read");
                }));
        families.gauge(
                "boda_data_free_bytes", "Free space on the disk of the data directory.", parts.condition.freeBytes());
    }

    private void logs(Families families) {
        var flow = parts.logs.flow();
        families.counter(
                "boda_log_events",
                "Log events by what became of them: on disk, lost because the disk did not follow, beyond their"
                        + " function's own limit.",
                points -> {
                    points.add(flow.written(), "outcome", "written");
                    points.add(flow.dropped(), "outcome", "dropped");
                    points.add(parts.functionLogs.leftOut(), "outcome", "left_out");
                });
        families.gauge("boda_log_queued_events", "Log events that wait to be written.", flow.queuedEvents());
        families.gauge("boda_log_queued_bytes", "Memory that those occupy.", flow.queuedBytes());
        families.gauge(
                "boda_log_lag_seconds",
                "How long the oldest of them has waited.",
                flow.lagMillis() / MILLIS_PER_SECOND);
        families.gauge("boda_log_stored_bytes", "What all logs occupy on disk.", flow.storedBytes());
    }
}
