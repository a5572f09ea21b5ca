package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.Caller;
import dev.boda.code.CodePackage;
import dev.boda.code.PackageContent;
import dev.boda.store.Database;
import dev.boda.store.RecordTable;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerChoiceTest {

    private static final Caller CALLER = new Caller("111111111111", "us-east-1", "");
    private static final Caller OTHER = new Caller("222222222222", "us-east-1", "");
    private static final LayerName LAYER = new LayerName("111111111111", "us-east-1", "l");
    private static final CodePackage CODE = new CodePackage("ab".repeat(32), "", 17);
    private static final LayerDescription DESCRIPTION =
            new LayerDescription("", Optional.empty(), Optional.empty(), Optional.empty());

    private Database database;
    private LayerCatalog catalog;
    private long unzipped = 10;
    private Set<String> topNames = Set.of("python");

    @BeforeEach
    void open(@TempDir Path folder) {
        database = Database.open(folder.resolve("functions.db"), RecordTable.SCHEMA);
        var records = new RecordTable(database);
        var functions = new FunctionTable(records, 100, new ReservedConcurrency(1_000, 100));
        catalog = new LayerCatalog(
                new LayerTable(records, functions), new Stamps(InstantSource.system(), RandomGenerator.getDefault()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private LayerChoice choice() {
        return new LayerChoice(catalog, _ -> new PackageContent(unzipped, topNames));
    }

    private LayerVersionReference published() {
        return new LayerVersionReference(
                LAYER, catalog.publish(LAYER, DESCRIPTION, CODE).number());
    }

    private static LayerPermission permission(String principal, String organization) {
        return new LayerPermission(
                "s",
                "lambda:GetLayerVersion",
                principal,
                Optional.of(organization).filter(id -> !id.isEmpty()));
    }

    @Test
    void aPermittedLayerOfAnotherAccountIsChosenAndKept() {
        var version = published();
        assertThatThrownBy(() -> choice().choose(List.of(version.arn()), OTHER)).hasMessageContaining("not authorized");
        catalog.permit(version, permission("*", "o-1234567890"), Optional.empty());
        assertThatThrownBy(() -> choice().choose(List.of(version.arn()), OTHER)).hasMessageContaining("not authorized");
        catalog.forbid(version, "s", Optional.empty());
        catalog.permit(version, permission("222222222222", ""), Optional.empty());
        assertThat(choice().choose(List.of(version.arn()), OTHER))
                .containsExactly(new LayerUse(version.arn(), CODE.digest(), 17));
    }

    @Test
    void codeAndLayersAreMeasuredTogetherUnzipped() {
        var layers = choice().choose(List.of(published().arn()), CALLER);
        var code = new FunctionCode("cd".repeat(32), 5, "x86_64");
        unzipped = FunctionRules.UNZIPPED_BYTES / 2;
        choice().checkTogether(code, layers);
        unzipped++;
        assertThatThrownBy(() -> choice().checkTogether(code, layers))
                .hasMessage("Function code combined with layers exceeds the maximum allowed size of 262144000 bytes."
                        + " The actual size is 262144002 bytes.");
        choice().checkTogether(code, List.of());
    }

    @Test
    void aLayerWithExtensionsIsRefusedByName() {
        var arn = published().arn();
        topNames = Set.of("python", "extensions");
        assertThatThrownBy(() -> choice().choose(List.of(arn), CALLER))
                .hasMessage("Boda does not support the extensions in the layer " + arn + " yet; see docs/parity.md");
    }

    @Test
    void layersTakeTheRoomOfCodeAndGiveItBack() {
        for (int i = 0; i < 5; i++) {
            published();
        }
        assertThatThrownBy(this::published).hasMessage("Code storage limit exceeded.");
        catalog.delete(new LayerVersionReference(LAYER, 2));
        assertThat(published().number()).isEqualTo(6);
    }

    @Test
    void whatIsClearedIsGoneAndCountsFromOneAgain() {
        published();
        assertThat(catalog.codeInUse(() -> Set.of("x"))).containsExactlyInAnyOrder("x", CODE.digest());
        catalog.clear(() -> 0);
        assertThat(catalog.size()).isZero();
        assertThat(published().number()).isEqualTo(1);
    }
}
