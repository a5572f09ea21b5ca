package dev.boda;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The layout of ARCHITECTURE.md, as rules.
class ArchitectureTest {

    private static final JavaClasses SERVER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.boda");

    private static final String[] FACES = {
        "dev.boda.api..", "dev.boda.functionurl..", "dev.boda.runtimeapi..", "dev.boda.metrics.."
    };
    private static final String[] FEEDERS = {"dev.boda.async.."};
    private static final String[] THINGS = {
        "dev.boda.function..",
        "dev.boda.code..",
        "dev.boda.image..",
        "dev.boda.runtime..",
        "dev.boda.sandbox..",
        "dev.boda.access..",
        "dev.boda.telemetry.."
    };
    private static final String[] KITS = {
        "dev.boda.aws..", "dev.boda.http..", "dev.boda.names..", "dev.boda.store..", "dev.boda.os..", "dev.boda.meter.."
    };

    @Test
    void arrowsOnlyPointDown() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.boda..")
                .layer("Platform")
                .definedBy("dev.boda")
                .layer("Faces")
                .definedBy(FACES)
                .layer("Feeders")
                .definedBy(FEEDERS)
                .layer("Engine")
                .definedBy("dev.boda.engine..")
                .layer("Things")
                .definedBy(THINGS)
                .layer("Kits")
                .definedBy(KITS)
                .whereLayer("Platform")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("Faces")
                .mayOnlyBeAccessedByLayers("Platform")
                .whereLayer("Feeders")
                .mayOnlyBeAccessedByLayers("Platform", "Faces")
                .whereLayer("Engine")
                .mayOnlyBeAccessedByLayers("Platform", "Faces", "Feeders")
                .whereLayer("Things")
                .mayOnlyBeAccessedByLayers("Platform", "Faces", "Feeders", "Engine")
                .ensureAllClassesAreContainedInArchitecture()
                .check(SERVER);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.boda.(**)").should().beFreeOfCycles().check(SERVER);
    }

    @Test
    void facesDoNotKnowEachOther() {
        for (var face : FACES) {
            var others =
                    Arrays.stream(FACES).filter(other -> !other.equals(face)).toArray(String[]::new);
            noClasses()
                    .that(resideInAPackage(face))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(others))
                    .check(SERVER);
        }
        noClasses()
                .that(resideInAPackage("dev.boda.api.lambda.."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.boda.api.logs.."))
                .check(SERVER);
        noClasses()
                .that(resideInAPackage("dev.boda.api.logs.."))
                .should()
                .dependOnClassesThat(resideInAPackage("dev.boda.api.lambda.."))
                .check(SERVER);
    }

    @Test
    void theEngineSeesTheJdkAndTheThingsOnly() {
        classes()
                .that(resideInAPackage("dev.boda.engine.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("dev.boda.engine..", "java..", "org.jspecify..")
                        .or(resideInAnyPackage(THINGS)))
                .check(SERVER);
        noClasses()
                .that(resideInAPackage("dev.boda.engine.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net.http..", "java.sql.."))
                .check(SERVER);
    }

    @Test
    void onePackageKnowsEachLibrary() {
        onlyIn("dev.boda.http..", "io.netty..");
        onlyIn("dev.boda.store..", "java.sql..", "org.sqlite..");
        onlyIn("dev.boda.metrics..", "io.prometheus..");
        onlyIn("dev.boda.code..", "org.apache.commons.compress.archivers.zip..");
        onlyIn("dev.boda.image..", "org.apache.commons.compress.archivers.tar..");
        onlyIn("dev.boda", "picocli..", "ch.qos.logback..");
    }

    private static void onlyIn(String home, String... libraries) {
        noClasses()
                .that(resideInAPackage(home).negate())
                .should()
                .dependOnClassesThat(resideInAnyPackage(libraries))
                .check(SERVER);
    }

    @Test
    void onlyPlatformNamesAnImplementationOfTheSandbox() {
        noClasses()
                .that(resideInAnyPackage("dev.boda", "dev.boda.sandbox..").negate())
                .should()
                .dependOnClassesThat(resideInAPackage("dev.boda.sandbox.*.."))
                .check(SERVER);
    }

    @Test
    void timeIsPassedInAndNobodySleepsOrPrints() {
        var notMain = DescribedPredicate.not(JavaClass.Predicates.simpleName("Main"));
        noClasses()
                .that(notMain)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(SERVER);
    }

    @Test
    void nobodyThrowsABareException() {
        // Its own subclasses call its constructors.
        noClasses()
                .that()
                .areNotAssignableTo(RuntimeException.class)
                .should()
                .callConstructorWhere(DescribedPredicate.describe(
                        "makes a bare RuntimeException",
                        call -> call.getTargetOwner().isEquivalentTo(RuntimeException.class)
                                && !isOfSubclass(call.getOriginOwner())))
                .check(SERVER);
    }

    /// The constructor of an exception with a name of its own calls that of RuntimeException.
    private static boolean isOfSubclass(JavaClass caller) {
        return caller.isAssignableTo(RuntimeException.class);
    }

    @Test
    void everyPackageTellsItsStoryAndIsNullMarked() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java/dev/boda"))) {
            var silent = files.filter(Files::isDirectory)
                    .filter(ArchitectureTest::holdsTypes)
                    .filter(folder -> !tellsItsStory(folder.resolve("package-info.java")))
                    .toList();
            assertThat(silent)
                    .as("packages without a told, @NullMarked package-info.java")
                    .isEmpty();
        }
    }

    private static boolean holdsTypes(Path folder) {
        try (var files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean tellsItsStory(Path file) {
        try {
            return Files.exists(file) && List.of("/// ", "@NullMarked").stream().allMatch(readString(file)::contains);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String readString(Path file) throws IOException {
        return Files.readString(file);
    }
}
