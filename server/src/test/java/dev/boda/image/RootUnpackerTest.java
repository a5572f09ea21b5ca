package dev.boda.image;

import static dev.boda.image.Layers.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.boda.store.Digest;
import dev.boda.store.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What layers make of a folder, and what they cannot make of the folders beside it.
class RootUnpackerTest {

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void victims() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        Files.writeString(Files.createDirectory(folder.resolve("outside")).resolve("victim"), "untouched");
    }

    private void unpack(Layers... layers) throws IOException {
        var unpacker = new RootUnpacker(root);
        for (var layer : layers) {
            unpacker.add(new ByteArrayInputStream(layer.tar()), null);
        }
        unpacker.finish();
        assertThat(folder.resolve("outside/victim")).hasContent("untouched");
        assertThat(names(folder)).isEqualTo("outside outside/victim root");
    }

    /// What is in a folder, that in the root left out when it is seen from above.
    private String names(Path of) throws IOException {
        try (var files = Files.walk(of)) {
            return files.filter(file -> !file.equals(of))
                    .filter(file -> of.equals(root) || !file.startsWith(root) || file.equals(root))
                    .map(file -> of.relativize(file).toString())
                    .sorted()
                    .collect(Collectors.joining(" "));
        }
    }

    private static int mode(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    void filesFoldersAndLinksAreMadeWithTheirModesAndTimes() throws IOException {
        unpack(layer().folder("usr", 0755)
                .folder("usr/bin", 0555)
                .file("usr/bin/tool", "runs", 0755)
                .file("./etc/conf", "of nobody's folder", 0640)
                .folder("tmp", 01777)
                .link("bin", "usr/bin")
                .hardLink("usr/bin/other", "usr/bin/tool"));

        assertThat(names(root)).isEqualTo("bin etc etc/conf tmp usr usr/bin usr/bin/other usr/bin/tool");
        assertThat(root.resolve("usr/bin/other")).hasContent("runs");
        assertThat(mode(root.resolve("usr/bin/tool"))).isEqualTo(0755);
        assertThat(mode(root.resolve("tmp"))).isEqualTo(01777);
        assertThat(mode(root.resolve("etc/conf"))).isEqualTo(0640);
        assertThat(Files.getLastModifiedTime(root.resolve("etc/conf")).toMillis())
                .isEqualTo(1_000_000_000_000L);
        assertThat(Files.readSymbolicLink(root.resolve("bin"))).isEqualTo(Path.of("usr/bin"));
    }

    @Test
    void setUserIdBitsAndDevicesAreLeftOut() throws IOException {
        unpack(layer().file("su", "root's", 06755)
                .special("null", TarConstants.LF_CHR, "")
                .special("disk", TarConstants.LF_BLK, "")
                .special("pipe", TarConstants.LF_FIFO, ""));

        assertThat(names(root)).isEqualTo("su");
        assertThat(mode(root.resolve("su"))).isEqualTo(0755);
    }

    @Test
    void ownersAreKeptWhereFilesCanBeGivenAway() throws IOException {
        assumeTrue(Files.getAttribute(root, "unix:uid").equals(0), "Only root can give files away");
        var one = layer().file("mine", "");
        var entry = new TarArchiveEntry("theirs");
        entry.setUserId(4711);
        entry.setGroupId(4712);
        one.put(entry, new byte[0]);
        unpack(one);

        assertThat(Files.getAttribute(root.resolve("theirs"), "unix:uid")).isEqualTo(4711);
        assertThat(Files.getAttribute(root.resolve("theirs"), "unix:gid")).isEqualTo(4712);
    }

    @Test
    void aLayerReplacesAddsToAndHidesWhatLowerOnesBrought() throws IOException {
        unpack(
                layer().file("a/replaced", "old")
                        .file("a/hidden", "old")
                        .file("a/stays", "old")
                        .file("opaque/old", "old")
                        .file("opaque/sub/old", "old")
                        .file("folder/inside", "old")
                        .link("link", "a"),
                layer().file("a/replaced", "new")
                        .file("a/.wh.hidden", "")
                        .file("opaque/new", "new")
                        .file("opaque/sub/new", "new")
                        .file("opaque/.wh..wh..opq", "")
                        .file("a/.wh..wh.plnk", "")
                        .file("folder", "a file now")
                        .folder("link", 0755)
                        .file("link/own", "new"));

        assertThat(names(root))
                .isEqualTo("a a/replaced a/stays folder link link/own opaque opaque/new opaque/sub opaque/sub/new");
        assertThat(root.resolve("a/replaced")).hasContent("new");
        assertThat(root.resolve("folder")).hasContent("a file now");
    }

    @Test
    void aWhiteoutTakesAWholeFolderOfLowerLayersAndNothingOfItsOwn() throws IOException {
        unpack(
                layer().file("gone/deep/down", "old").file("both/old", "old"),
                layer().file("both/new", "new").file(".wh.gone", "").file(".wh.both", ""));

        assertThat(names(root)).isEqualTo("both both/new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/victim", "a/../../outside/victim", "..", "/../outside/victim"})
    void aNameThatLeadsOutIsRefused(String name) {
        assertThatThrownBy(() -> unpack(layer().file(name, "written")))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("outside its root");
        assertThat(folder.resolve("outside/victim")).hasContent("untouched");
    }

    /// As `bin` leads to `usr/bin` in many a distribution, and later layers write to `bin/…`.
    @Test
    void whatIsWrittenBehindALinkEndsInside() throws IOException {
        unpack(
                layer().link("up", "../../../outside")
                        .link("absolute", "/usr/bin")
                        .link("both", "/../outside"),
                layer().file("up/victim", "inside")
                        .file("absolute/tool", "inside")
                        .file("both/other", "inside"));

        assertThat(names(root))
                .isEqualTo("absolute both outside outside/other outside/victim up usr usr/bin usr/bin/tool");
    }

    @Test
    void aFileIsNeverWrittenThroughALinkOfItsName() throws IOException {
        unpack(
                layer().link("file", folder.resolve("outside/victim").toString())
                        .file("file", "written")
                        .link("again", "../outside/victim"),
                layer().file("again", "written", 0600));

        assertThat(root.resolve("file")).isRegularFile().hasContent("written");
        assertThat(Files.isSymbolicLink(root.resolve("again"))).isFalse();
    }

    @Test
    void whiteoutsBehindLinksTakeNothingOutside() throws IOException {
        unpack(
                layer().link("out", folder.resolve("outside").toString()),
                layer().file("out/.wh.victim", "")
                        .file("out/.wh..wh..opq", "")
                        .file("out/.wh...", "")
                        .file("x/.wh.", ""));

        assertThat(names(root)).startsWith("out ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside/victim", "/missing", "out/victim", "folder"})
    void aHardLinkToWhatTheImageDoesNotHaveIsRefused(String target) {
        assertThatThrownBy(() -> unpack(layer().folder("folder", 0755)
                        .link("out", folder.resolve("outside").toString())
                        .hardLink("link", target)))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("no file of the image");
        assertThat(root.resolve("link")).doesNotExist();
    }

    @Test
    void linksInACircleAreRefused() {
        assertThatThrownBy(() -> unpack(layer().link("a", "b").link("b", "a").file("a/x", "")))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("without end");
    }

    @Test
    void aCutOffLayerIsRefused() {
        var whole = layer().file("large", "x".repeat(100_000)).tar();
        assertThatThrownBy(
                        () -> new RootUnpacker(root).add(new ByteArrayInputStream(Arrays.copyOf(whole, 50_000)), null))
                .isInstanceOf(ImageRefusedException.class);
        var zipped = Layers.gzip(layer().file("large", "x".repeat(100_000)).tar());
        assertThatThrownBy(() -> new RootUnpacker(root)
                        .add(new ByteArrayInputStream(Arrays.copyOf(zipped, zipped.length / 2)), null))
                .isInstanceOf(ImageRefusedException.class);
    }

    @Test
    void aLayerOfAnotherDigestOrFormIsRefused() {
        var layer = layer().file("a", "b").tar();
        var other = Digest.of(new byte[] {1});
        assertThatThrownBy(() -> new RootUnpacker(root).add(new ByteArrayInputStream(layer), other))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("another digest");
        var zstandard = new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0};
        assertThatThrownBy(() -> new RootUnpacker(root).add(new ByteArrayInputStream(zstandard), null))
                .isInstanceOf(ImageRefusedException.class)
                .hasMessageContaining("zstd");
    }

    @Test
    void readOnlyFoldersOfAnImageCanBeWrittenBehindAndRemoved() throws IOException {
        unpack(layer().folder("locked", 0555).file("locked/late", "there"), layer().file("locked/later", "there"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("locked"))))
                .endsWith("r-xr-x");
        Trees.delete(root);
        assertThat(root).doesNotExist();
    }
}
