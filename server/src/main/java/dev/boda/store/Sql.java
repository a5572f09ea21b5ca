package dev.boda.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plain SQL on one connection, used by one thread. Statements are kept prepared. Parameters are strings, longs,
/// integers, booleans, byte arrays and null.
public final class Sql implements AutoCloseable {

    /// Most statements kept prepared; the one unused for longest goes.
    private static final int STATEMENTS = 64;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(16, 0.75f, true);

    Sql(Connection connection) {
        this.connection = connection;
    }

    /// Makes a value of the row that the result stands on.
    @FunctionalInterface
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /// Runs a statement that changes rows and says how many it changed.
    public int update(String statement, @Nullable Object... parameters) throws SQLException {
        return prepared(statement, PreparedStatement::executeUpdate, parameters);
    }

    /// All rows of a query (or of a statement with RETURNING).
    public <T> List<T> query(String statement, Row<T> row, @Nullable Object... parameters) throws SQLException {
        return prepared(
                statement,
                prepared -> {
                    var values = new ArrayList<T>();
                    try (ResultSet rows = prepared.executeQuery()) {
                        while (rows.next()) {
                            values.add(row.read(rows));
                        }
                    }
                    return values;
                },
                parameters);
    }

    /// The first row of a query, if there is one.
    public <T> Optional<T> find(String statement, Row<T> row, @Nullable Object... parameters) throws SQLException {
        return prepared(
                statement,
                prepared -> {
                    try (ResultSet rows = prepared.executeQuery()) {
                        return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
                    }
                },
                parameters);
    }

    /// Runs a script of several statements, without parameters.
    void script(String script) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(script);
        }
    }

    private <T> T prepared(String sql, Use<T> use, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            keep(sql, statement);
        }
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return use.of(statement);
        } catch (SQLException | RuntimeException e) {
            // The driver does not let a statement that failed be used again.
            statements.remove(sql);
            statement.close();
            throw e;
        }
    }

    private void keep(String sql, PreparedStatement statement) throws SQLException {
        statements.put(sql, statement);
        if (statements.size() > STATEMENTS) {
            var eldest = statements.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
