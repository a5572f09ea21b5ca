package dev.boda.sandbox.egress;

import dev.boda.store.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/// The names by which a server's things are found among the machine's, made from its folder.
record Site(String digest) {

    private static final int DIGEST_DIGITS = 8;
    private static final int LINK_DIGEST_DIGITS = 6;

    /// Link names have at most 15 characters, and four tell the number. Network daemons leave `veth…` alone.
    private static final String LINKS = "vethb";

    private static final String TABLES = "boda_";

    static Site of(Path folder) {
        var digest = Digest.of(folder.toString().getBytes(StandardCharsets.UTF_8));
        return new Site(digest.hex().substring(0, DIGEST_DIGITS));
    }

    String table() {
        return TABLES + digest;
    }

    /// Whether a firewall table is that of another server like this one.
    boolean isOfAnother(String table) {
        return table.startsWith(TABLES) && !table.equals(table());
    }

    static boolean isOfAnyServer(String link) {
        return link.startsWith(LINKS);
    }

    String linkPrefix() {
        return LINKS + digest.substring(0, LINK_DIGEST_DIGITS);
    }

    String linkName(int number) {
        return linkPrefix() + HexFormat.of().toHexDigits((short) number);
    }

    /// Link numbers far above those that the kernel gives by itself, 65,536 of them.
    int linkIndex(int number) {
        return 0x4000_0000 | ((seed() & 0x3fff) << 16) | number;
    }

    /// Locally administered, unicast.
    String hardwareAddress(int number) {
        return "02" + digest.substring(0, LINK_DIGEST_DIGITS) + HexFormat.of().toHexDigits((short) number);
    }

    /// A number that differs from server to server.
    int seed() {
        return Integer.parseUnsignedInt(digest, 16);
    }
}
