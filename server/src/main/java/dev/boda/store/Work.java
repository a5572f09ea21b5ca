package dev.boda.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// Something to do with the database in one transaction, on a thread of the database. It must be short, must not
/// wait for anything, and must not call the [Database] again.
@FunctionalInterface
public interface Work<T extends @Nullable Object> {

    T run(Sql sql) throws SQLException;
}
