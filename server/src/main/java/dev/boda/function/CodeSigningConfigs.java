package dev.boda.function;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.store.RecordConflictException;
import dev.boda.store.RecordKey;
import dev.boda.store.RecordTable;
import dev.boda.store.StoredRecord;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/// The code signing configs that exist, read from the store whenever somebody asks: nobody does on the way of an
/// invocation.
///
/// There is no AWS Signer, so no package is signed by anybody whom a config allows.
public final class CodeSigningConfigs {

    private static final Logger LOG = LoggerFactory.getLogger(CodeSigningConfigs.class);
    private static final String KIND = "code-signing-config";
    private static final String ID_PREFIX = "csc-";
    private static final int ID_CHARACTERS = 17;
    private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// How often a writer that was overtaken looks again.
    private static final int ATTEMPTS = 10;

    private final JsonMapper json = new JsonMapper();
    /// Held for reading while a function comes to name a config, for writing while one is deleted.
    private final ReadWriteLock uses = new ReentrantReadWriteLock();

    private final RecordTable records;
    private final InstantSource clock;
    private final RandomGenerator random;

    /// @param random safe for use by several threads
    public CodeSigningConfigs(RecordTable records, InstantSource clock, RandomGenerator random) {
        this.records = records;
        this.clock = clock;
        this.random = random;
    }

    private record Row(CodeSigningConfig config, long revision) {}

    /// Adds a config.
    ///
    /// @param made of an id and the time, in milliseconds
    public CodeSigningConfig create(Making made) {
        var config = made.of(newId(), clock.millis());
        records.create(key(config), json.writeValueAsString(config));
        return config;
    }

    /// Makes a config of what the catalogue gives it.
    @FunctionalInterface
    public interface Making {
        CodeSigningConfig of(String id, long millis);
    }

    private String newId() {
        var id = new StringBuilder(ID_PREFIX);
        for (int i = 0; i < ID_CHARACTERS; i++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }

    /// The config of an ARN, or AWS's refusal.
    public CodeSigningConfig get(String arn, Caller caller) {
        return row(arn, caller).config();
    }

    private Row row(String arn, Caller caller) {
        return find(arn, caller).orElseThrow(() -> LambdaErrors.codeSigningConfigNotFound(arn));
    }

    private Optional<Row> find(String arn, Caller caller) {
        var parsed = Arn.parse(arn).orElseThrow(() -> new IllegalArgumentException(arn + " is no ARN"));
        if (!parsed.account().equals(caller.account()) || !parsed.region().equals(caller.region())) {
            return Optional.empty();
        }
        var id = parsed.resource().substring(parsed.resource().indexOf(':') + 1);
        return records.find(RecordKey.of(KIND, caller.account(), caller.region(), id))
                .map(this::row);
    }

    /// At most `limit` configs of an account and region, in the order of their ids.
    ///
    /// @param after the last id before them; the empty string to begin
    public List<CodeSigningConfig> list(Caller caller, String after, int limit) {
        return records.list(RecordKey.of(KIND, caller.account(), caller.region(), after), limit).stream()
                .map(stored -> row(stored).config())
                .toList();
    }

    /// Changes a config and says how it is then.
    ///
    /// @param change made again, of what is there then, where another change came first
    public CodeSigningConfig change(String arn, Caller caller, UnaryOperator<CodeSigningConfig> change) {
        for (int attempt = 1; ; attempt++) {
            var row = row(arn, caller);
            var next = change.apply(row.config());
            try {
                records.replace(key(next), row.revision(), json.writeValueAsString(next));
                return next;
            } catch (RecordConflictException e) {
                if (attempt == ATTEMPTS) {
                    throw LambdaErrors.updateInProgress(arn);
                }
            }
        }
    }

    /// The time of a change that is made now.
    public long nowMillis() {
        return clock.millis();
    }

    /// Removes a config.
    ///
    /// @param used whether a function names the ARN
    public void delete(String arn, Caller caller, Predicate<String> used) {
        uses.writeLock().lock();
        try {
            var row = row(arn, caller);
            if (used.test(arn)) {
                throw LambdaErrors.codeSigningConfigInUse(arn);
            }
            records.remove(key(row.config()), row.revision());
        } catch (RecordConflictException e) {
            throw LambdaErrors.updateInProgress(arn);
        } finally {
            uses.writeLock().unlock();
        }
    }

    /// Makes a function name a config, which is there when `naming` returns.
    public <T> T use(String arn, Caller caller, Naming<T> naming) throws InterruptedException {
        uses.readLock().lock();
        try {
            if (find(arn, caller).isEmpty()) {
                throw LambdaErrors.codeSigningConfigGone(arn);
            }
            return naming.run();
        } finally {
            uses.readLock().unlock();
        }
    }

    /// What makes a function name a config.
    @FunctionalInterface
    public interface Naming<T> {
        T run() throws InterruptedException;
    }

    /// Refuses to deploy code to a function whose config wants it signed, or says in the server's log that it is not.
    ///
    /// @param arn the config's
    public void checkCode(FunctionName function, String arn, Caller caller) {
        var config = find(arn, caller)
                .orElseThrow(() -> LambdaErrors.codeSigningConfigGone(arn))
                .config();
        if (config.untrusted().equals(CodeSigningConfig.ENFORCE)) {
            throw LambdaErrors.codeNotSigned(function.name());
        }
        LOG.warn("{} gets code that is not signed as its {} wants, which only warns", function.arn(), arn);
    }

    /// Removes every config, of every account and region, and says how many there were.
    public int clear() {
        int removed = records.scan(KIND).size();
        records.removeAll(KIND);
        return removed;
    }

    private Row row(StoredRecord stored) {
        return new Row(json.readValue(stored.document(), CodeSigningConfig.class), stored.revision());
    }

    private static RecordKey key(CodeSigningConfig config) {
        return RecordKey.of(KIND, config.account(), config.region(), config.id());
    }
}
