package dev.boda.code.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.code.LiveFolderException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveFoldersTest {

    private Path root;
    private Path project;
    private Path data;
    private LiveFolders folders;

    @BeforeEach
    void make(@TempDir Path temporary) throws IOException {
        root = temporary.toRealPath();
        project = Files.createDirectories(root.resolve("project"));
        data = Files.createDirectories(root.resolve("data"));
        Files.createDirectories(project.resolve("src"));
        Files.createDirectories(root.resolve("elsewhere/src"));
        folders = LiveFolders.of(List.of(project), data, false);
    }

    private void assertRefused(Object path, String sentence) {
        assertThatThrownBy(() -> folders.check(path.toString()))
                .isInstanceOf(LiveFolderException.class)
                .hasMessageContaining(sentence);
    }

    private void assertNotNamed(Path folder, String sentence) {
        assertThatThrownBy(() -> LiveFolders.of(List.of(project, folder), data, false))
                .isInstanceOf(LiveFolderException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aNamedFolderAndThoseBelowItMayBeCode() throws IOException {
        assertThat(folders.check(project.toString())).isEqualTo(project);
        assertThat(folders.check(project + "/src")).isEqualTo(project.resolve("src"));
        assertThat(folders.check(project + "/src/../src/")).isEqualTo(project.resolve("src"));
    }

    @Test
    void aLinkIsWhatItLeadsTo() throws IOException {
        Files.createSymbolicLink(project.resolve("current"), Path.of("src"));
        assertThat(folders.check(project + "/current")).isEqualTo(project.resolve("src"));

        var named = Files.createSymbolicLink(root.resolve("named"), project);
        folders = LiveFolders.of(List.of(named), data, false);
        assertThat(folders.check(named + "/src")).isEqualTo(project.resolve("src"));
        assertThat(folders.check(project + "/src")).isEqualTo(project.resolve("src"));
    }

    @Test
    void otherFoldersAreRefusedWithWhatAllowsThem() {
        var elsewhere = root.resolve("elsewhere/src");
        assertRefused(elsewhere, "'./boda start --hot-reload " + elsewhere + "' allows it.");
        assertRefused(root.resolve("project2"), "which are " + project + ".");
        assertRefused(project + "/../elsewhere", "does not lie below");
    }

    @Test
    void whetherAFolderElsewhereIsThereIsNotSaid() {
        var there = root.resolve("elsewhere").toString();
        assertRefused(there, "does not lie below");
        assertRefused(there.replace("elsewhere", "elsewhen_"), "does not lie below");
    }

    @Test
    void aLinkOutIsRefused() throws IOException {
        Files.createSymbolicLink(project.resolve("out"), root.resolve("elsewhere"));
        assertRefused(project + "/out", "leads by a link out of the folders");
        assertRefused(project + "/out/src", "leads by a link out of the folders");
    }

    @Test
    void theDataDirectoryIsRefusedWhereverItCameToLie() throws IOException {
        Files.delete(data);
        Files.createSymbolicLink(data, Files.createDirectories(root.resolve("data-on-another-disk")));
        folders = LiveFolders.of(List.of(project), data, false);
        Files.createDirectories(root.resolve("data-on-another-disk/code"));
        Files.createSymbolicLink(project.resolve("in"), data.resolve("code"));

        assertRefused(project + "/in", "holds Boda's data");
        assertRefused(data.resolve("code"), "holds Boda's data");
        assertRefused(root, "holds Boda's data");
    }

    @Test
    void whatIsNoFolderIsRefused() throws IOException {
        Files.writeString(project.resolve("app.py"), "");
        assertRefused(project + "/app.py", "is no folder");
        assertRefused(project + "/none", "There is no folder " + project + "/none. Make it");
        assertRefused("src", "absolute path");
        assertRefused("", "absolute path");
        assertRefused("/a\0b", "absolute path");
    }

    @Test
    void aFolderThatTheFunctionsUserCannotReadIsRefusedWithWhatOpensIt() throws IOException {
        Files.setPosixFilePermissions(project.resolve("src"), PosixFilePermissions.fromString("rwx--x--x"));
        assertThat(folders.check(project + "/src")).isEqualTo(project.resolve("src"));
        folders = LiveFolders.of(List.of(project), data, true);
        assertRefused(project + "/src", "'chmod -R a+rX " + project + "/src' opens it");
        Files.setPosixFilePermissions(project.resolve("src"), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(folders.check(project + "/src")).isEqualTo(project.resolve("src"));
    }

    @Test
    void nothingIsAllowedWhereNothingIsNamed() {
        folders = LiveFolders.NONE;
        assertRefused(project, "it was started without --hot-reload. './boda start --hot-reload DIR' allows");
    }

    @Test
    void aFolderThatIsNotThereCannotBeNamed() throws IOException {
        assertNotNamed(root.resolve("none"), "is not there");
        assertNotNamed(Files.writeString(root.resolve("file"), ""), "is no folder");
    }

    @Test
    void aFolderOfTheDataDirectoryCannotBeNamed() throws IOException {
        assertNotNamed(data, "is the data directory");
        assertNotNamed(Files.createDirectories(data.resolve("code")), "lies in the data directory");
        assertNotNamed(root, "contains the data directory");
        assertNotNamed(Path.of("/"), "contains the data directory");
        assertNotNamed(Files.createSymbolicLink(project.resolve("in"), data), "is the data directory");
    }
}
