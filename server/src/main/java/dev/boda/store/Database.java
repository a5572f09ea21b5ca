package dev.boda.store;

import dev.boda.store.Requests.Request;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// One SQLite file with one writer thread and a few reader threads; callers park, so that nothing native blocks a
/// virtual thread.
///
/// What waits for the writer is committed together, in one transaction and one flush of the disk; each request has
/// a savepoint of its own, so that one that fails takes nothing else with it. A write is durable when
/// [#write(Work)] returns.
public final class Database implements AutoCloseable {

    /// Threads that read, each with its own connection.
    static final int READERS = 2;

    /// Most requests that wait for the writer, and for the readers; further callers wait for room.
    static final int WAITING_REQUESTS = 4_096;

    /// Most writes committed together.
    static final int GROUP = 256;

    private final Path file;
    private final Requests writes = new Requests(WAITING_REQUESTS);
    private final Requests reads = new Requests(WAITING_REQUESTS);
    private final List<Thread> readers = new ArrayList<>();
    private final Thread writer;
    private final DatabaseMeter meter = new DatabaseMeter();

    private Database(Path file, Sql writing, List<Sql> reading) {
        this.file = file;
        this.writer = thread("writer", () -> writeUntilClosed(writing));
        for (Sql sql : reading) {
            readers.add(thread("reader-" + readers.size(), () -> readUntilClosed(sql)));
        }
    }

    private Thread thread(String role, Runnable loop) {
        return Thread.ofPlatform()
                .name("store-" + file.getFileName() + "-" + role)
                .daemon()
                .unstarted(loop);
    }

    /// Opens the file, creating it if there is none, and brings its schema to the newest version.
    ///
    /// @param migrations a script of statements a version; the first makes version 1. Never changed once released,
    ///                   only added to. Each is applied whole or not at all
    /// @throws StoreCannotOpenException if it was written by a newer version, is damaged, or cannot be opened;
    ///                                  nothing was changed
    public static Database open(Path file, List<String> migrations) {
        var databaseFile = new DatabaseFile(file);
        databaseFile.check(migrations.size());
        Sql writing = databaseFile.openForWriting(migrations);
        var reading = new ArrayList<Sql>();
        for (int i = 0; i < READERS; i++) {
            reading.add(databaseFile.openForReading());
        }
        var database = new Database(file, writing, reading);
        database.writer.start();
        database.readers.forEach(Thread::start);
        return database;
    }

    /// Does the work in a transaction and returns what it returned, once that is durable; what it throws, its
    /// changes undone. Not to be called from within work.
    ///
    /// @throws StoreUnavailableException if it cannot be written, or the database is closed
    public <T extends @Nullable Object> T write(Work<T> work) {
        long began = System.nanoTime();
        try {
            return await(writes, work);
        } finally {
            meter.written(began);
        }
    }

    /// Does work that only reads, all of it from one state of the database.
    ///
    /// @throws StoreUnavailableException if it cannot be read, or the database is closed
    public <T extends @Nullable Object> T read(Work<T> work) {
        return await(reads, work);
    }

    private <T extends @Nullable Object> T await(Requests requests, Work<T> work) {
        Thread caller = Thread.currentThread();
        if (caller.equals(writer) || readers.contains(caller)) {
            throw new IllegalStateException("Work on a database must not call it again.");
        }
        var outcome = new CompletableFuture<T>();
        if (!requests.offer(new Request<>(work, outcome))) {
            throw closed();
        }
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw asThrown(e.getCause());
        }
    }

    private RuntimeException asThrown(@Nullable Throwable cause) {
        return switch (cause) {
            case UncertainCommit e -> uncertain(SqlFailure.of(file, e.failure));
            case SQLException e -> SqlFailure.of(file, e);
            case RuntimeException e -> e;
            case Error e -> throw e;
            case null, default -> new IllegalStateException("Work on " + file.getFileName() + " failed.", cause);
        };
    }

    private static RuntimeException uncertain(RuntimeException failure) {
        return failure instanceof StoreUnavailableException unavailable ? unavailable.uncertain() : failure;
    }

    /// A COMMIT failed: what it wrote may be whole in the file, although this process will not see it.
    private static final class UncertainCommit extends SQLException {

        private static final long serialVersionUID = 1;
        private final SQLException failure;

        private UncertainCommit(SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private StoreUnavailableException closed() {
        return new StoreUnavailableException("The database " + file.getFileName() + " is closed.");
    }

    private void writeUntilClosed(Sql sql) {
        for (List<Request<?>> group = writes.take(GROUP); !group.isEmpty(); group = writes.take(GROUP)) {
            commit(sql, group);
        }
        for (Thread reader : readers) {
            joined(reader);
        }
        quietly(() -> {
            sql.script("PRAGMA wal_checkpoint(TRUNCATE)");
            sql.close();
        });
    }

    private void commit(Sql sql, List<Request<?>> group) {
        long began = System.nanoTime();
        var answers = new ArrayList<Runnable>(group.size());
        try {
            sql.update("BEGIN IMMEDIATE");
            for (Request<?> request : group) {
                answers.add(attempt(sql, request));
            }
            commit(sql);
            meter.committed(began);
        } catch (SQLException | RuntimeException | Error e) {
            meter.notCommitted();
            quietly(() -> sql.update("ROLLBACK"));
            group.forEach(request -> request.outcome().completeExceptionally(e));
            return;
        }
        answers.forEach(Runnable::run);
    }

    private static void commit(Sql sql) throws SQLException {
        try {
            sql.update("COMMIT");
        } catch (SQLException e) {
            // A full disk did not take the commit's last frame, without which nothing counts.
            throw SqlFailure.isFull(e) ? e : new UncertainCommit(e);
        }
    }

    /// Does one request of a group. What fails by itself is undone alone; what fails by the machine's fault fails the
    /// group, because SQLite may have undone all of it.
    private static <T extends @Nullable Object> Runnable attempt(Sql sql, Request<T> request) throws SQLException {
        sql.update("SAVEPOINT request");
        try {
            T value = request.work().run(sql);
            sql.update("RELEASE request");
            return () -> request.outcome().complete(value);
        } catch (SQLException e) {
            if (SqlFailure.reason(e) != null) {
                throw e;
            }
            return undone(sql, request, e);
        } catch (RuntimeException | Error e) {
            return undone(sql, request, e);
        }
    }

    private static Runnable undone(Sql sql, Request<?> request, Throwable cause) throws SQLException {
        sql.update("ROLLBACK TO request");
        sql.update("RELEASE request");
        return () -> request.outcome().completeExceptionally(cause);
    }

    private void readUntilClosed(Sql sql) {
        for (List<Request<?>> next = reads.take(1); !next.isEmpty(); next = reads.take(1)) {
            read(sql, next.getFirst());
        }
        quietly(sql::close);
    }

    private static <T extends @Nullable Object> void read(Sql sql, Request<T> request) {
        try {
            sql.update("BEGIN");
            T value = request.work().run(sql);
            sql.update("COMMIT");
            request.outcome().complete(value);
        } catch (SQLException | RuntimeException | Error e) {
            quietly(() -> sql.update("ROLLBACK"));
            request.outcome().completeExceptionally(e);
        }
    }

    private interface Statement {
        void run() throws SQLException;
    }

    /// For what may fail without harm: undoing what SQLite has undone already, closing what is broken.
    private static void quietly(Statement statement) {
        try {
            statement.run();
        } catch (SQLException _) {
            // The failure before this one has been reported; what the file holds was made safe by its commits.
        }
    }

    private static void joined(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// How its writes get to disk.
    public DatabaseFlow flow() {
        var name = String.valueOf(file.getFileName()).replaceFirst("\\.(sqlite|db)$", "");
        return meter.flow(name, writes.size(), reads.size());
    }

    Path file() {
        return file;
    }

    /// How many writes wait to be begun.
    int waitingWrites() {
        return writes.size();
    }

    /// Writes nothing, durably: returns if a change could be written now.
    ///
    /// @throws StoreUnavailableException if it could not
    public void probe() {
        write(sql -> {
            int version = sql.find("PRAGMA user_version", row -> row.getInt(1)).orElse(0);
            sql.script("PRAGMA user_version = " + version);
            return version;
        });
    }

    /// Finishes what waits, moves the log into the file, and closes it.
    @Override
    public void close() {
        reads.close();
        writes.close();
        joined(writer);
    }
}
