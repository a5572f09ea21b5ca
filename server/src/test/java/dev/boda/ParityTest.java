package dev.boda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.api.lambda.AccountOperations;
import dev.boda.api.lambda.CodeDownloads;
import dev.boda.api.lambda.CodeIntake;
import dev.boda.api.lambda.ConcurrencyOperations;
import dev.boda.api.lambda.FunctionMetadata;
import dev.boda.api.lambda.FunctionOperations;
import dev.boda.api.lambda.FunctionUrlOperations;
import dev.boda.api.lambda.InstalledRuntimes;
import dev.boda.api.lambda.InvokeOperations;
import dev.boda.api.lambda.LambdaApi;
import dev.boda.api.lambda.LayerOperations;
import dev.boda.api.lambda.RequestedCode;
import dev.boda.api.lambda.RequestedInvocations;
import dev.boda.api.lambda.RequestedSettings;
import dev.boda.api.logs.LogsApi;
import dev.boda.aws.Coverage;
import dev.boda.aws.model.ServiceModel;
import dev.boda.aws.model.Shape;
import dev.boda.code.CodeStore;
import dev.boda.code.live.LiveFolders;
import dev.boda.engine.EnvironmentUnavailableException;
import dev.boda.function.CodeSigningConfigs;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.FunctionTable;
import dev.boda.function.FunctionTraces;
import dev.boda.function.FunctionUrlAddress;
import dev.boda.function.FunctionUrls;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerChoice;
import dev.boda.function.LayerTable;
import dev.boda.function.ReservedConcurrency;
import dev.boda.function.Stamps;
import dev.boda.runtime.RuntimeUnavailableException;
import dev.boda.store.BlobStore;
import dev.boda.store.Database;
import dev.boda.store.RecordTable;
import dev.boda.telemetry.LogLimits;
import dev.boda.telemetry.LogStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds the tables of docs/parity.md against AWS's models and what is registered here.
///
/// `-Dparity.write=true` writes them anew first; what a person wrote, all outside of the tables and the last column of
/// the members, stays.
final class ParityTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "parity.md");
    private static final String HOW = "docs/parity.md is not true any more. Write its tables anew with: "
            + "mvn -pl server test -Dtest=ParityTest -Dparity.write=true";
    private static final String WORKS = "works";
    private static final String REFUSED = "refused by name";

    /// A member that the SDK's classes have and the models have not yet.
    private static final String NEWER = "newer models";

    private Database database;
    private CodeStore code;
    private LogStore logs;
    private Coverage lambda;
    private Coverage logsCoverage;

    @BeforeEach
    void register(@TempDir Path folder) throws IOException {
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var blobs = Files.createDirectories(folder.resolve("blobs"));
        database = Database.open(folder.resolve("functions.db"), RecordTable.SCHEMA);
        code = CodeStore.open(BlobStore.open(blobs), folder.resolve("cache"));
        logs = LogStore.open(folder.resolve("logs"), LogLimits.DEFAULT, clock);
        var records = new RecordTable(database);
        var functions = new FunctionTable(records, 75L << 30, new ReservedConcurrency(1_000, 100));
        var layers = new LayerCatalog(new LayerTable(records, functions), new Stamps(clock, random));
        var intake = new CodeIntake(code);
        var downloads = new CodeDownloads(code, clock, new byte[1]);
        var catalog = new FunctionCatalog(
                functions, code, Runnable::run, _ -> {}, new Stamps(clock, random), random, (_, _) -> {});
        var signing = new CodeSigningConfigs(records, clock, random);
        var runtimes = new InstalledRuntimes(id -> {
            throw new RuntimeUnavailableException(id);
        });
        lambda = Coverage.of(LambdaApi.of(
                new FunctionOperations(
                        catalog,
                        new RequestedCode(intake, LiveFolders.NONE, _ -> false, "x86_64"),
                        downloads,
                        runtimes,
                        signing,
                        new RequestedSettings(new LayerChoice(layers, code::content), "x86_64", false)),
                new ConcurrencyOperations(catalog),
                new AccountOperations(catalog),
                LambdaApi.resources(
                        catalog,
                        _ -> Optional.empty(),
                        new InvokeOperations(
                                new RequestedInvocations(catalog, runtimes, new FunctionTraces(clock, random)),
                                (_, _) -> {
                                    throw new EnvironmentUnavailableException("nothing is invoked here", null);
                                },
                                _ -> {},
                                UnaryOperator.identity()),
                        new LayerOperations(layers, intake, downloads),
                        new FunctionMetadata(catalog, signing),
                        new FunctionUrlOperations(
                                new FunctionUrls(catalog),
                                new FunctionUrlAddress("localhost.localstack.cloud", 4566)))));
        logsCoverage = Coverage.of(LogsApi.of(logs, clock));
    }

    @AfterEach
    void close() {
        logs.close();
        code.close();
        database.close();
    }

    @Test
    void everyOperationOfTheModelsHasItsTrueRow() throws IOException {
        if (Boolean.getBoolean("parity.write")) {
            write();
        }
        assertThat(table("lambda")).as(HOW).isEqualTo(operations(lambda));
        assertThat(table("logs")).as(HOW).isEqualTo(operations(logsCoverage));
    }

    @Test
    void everyMemberThatIsRefusedIsNamedWithWhatIsAccepted() throws IOException {
        if (Boolean.getBoolean("parity.write")) {
            write();
        }
        var rows = table("members");
        assertThat(rows).as(HOW).isEqualTo(members());
        assertThat(rows.stream().skip(2).filter(row -> row.endsWith("|  |")))
                .as("members of which nobody said what is accepted")
                .isEmpty();
    }

    private static List<String> operations(Coverage coverage) {
        var rows = new ArrayList<String>();
        var names = new TreeSet<>(coverage.works());
        names.addAll(coverage.refused());
        rows.add(coverage.works().size() + " of " + names.size() + " operations work (" + coverage.source() + ").");
        rows.add("");
        rows.add("| operation | |");
        rows.add("|---|---|");
        for (var name : names) {
            rows.add("| " + name + " | " + (coverage.works().contains(name) ? "**" + WORKS + "**" : REFUSED) + " |");
        }
        return rows;
    }

    /// A row a member; what is accepted is kept from the document.
    private List<String> members() throws IOException {
        var accepted = new TreeMap<String, String>();
        for (var row : table("members")) {
            var cells = row.split("\\|", -1);
            if (cells.length == 5) {
                accepted.put(cells[1].strip(), cells[3].strip());
            }
        }
        var rows = new ArrayList<>(List.of("| member | of | what is accepted |", "|---|---|---|"));
        requestsByMember()
                .forEach((member, requests) ->
                        rows.add("| " + member + " | " + (requests.isEmpty() ? NEWER : String.join(", ", requests))
                                + " | " + accepted.getOrDefault(member, "") + " |"));
        return rows;
    }

    private Map<String, Set<String>> requestsByMember() {
        var model = ServiceModel.load("lambda");
        var found = new TreeMap<String, Set<String>>();
        LambdaApi.unbuiltMembers().forEach(member -> found.put(member, new TreeSet<>()));
        for (var name : lambda.works()) {
            var input = Optional.ofNullable(model.operations().get(name))
                    .orElseThrow()
                    .input();
            if (input != null) {
                collect(model, model.structure(input), name, found);
            }
        }
        return found;
    }

    /// Of structures that are not refused as a whole also what is in them.
    private static void collect(
            ServiceModel model, Shape.Structure shape, String where, Map<String, Set<String>> found) {
        for (var member : shape.members().values()) {
            var requests = found.get(member.name());
            if (requests != null) {
                requests.add(where);
            } else if (model.shape(member.shape()) instanceof Shape.Structure inner) {
                collect(model, inner, where + " (" + member.name() + ")", found);
            }
        }
    }

    private static List<String> table(String name) throws IOException {
        var text = Files.readString(DOCUMENT);
        int begin = text.indexOf(begin(name));
        int end = text.indexOf(end(name));
        assertThat(begin).as("the beginning of the table " + name).isNotNegative();
        assertThat(end).as("the end of the table " + name).isGreaterThan(begin);
        return text.substring(begin + begin(name).length(), end).strip().lines().toList();
    }

    private void write() throws IOException {
        write("lambda", operations(lambda));
        write("logs", operations(logsCoverage));
        write("members", members());
    }

    private static void write(String name, List<String> lines) throws IOException {
        var text = Files.readString(DOCUMENT);
        var before = text.substring(0, text.indexOf(begin(name)));
        var after = text.substring(text.indexOf(end(name)));
        Files.writeString(DOCUMENT, before + begin(name) + "\n" + String.join("\n", lines) + "\n" + after);
    }

    private static String begin(String name) {
        return "<!-- table " + name + " -->";
    }

    private static String end(String name) {
        return "<!-- end " + name + " -->";
    }
}
