package dev.boda.sandbox.namespaces;

/// Who the processes of a sandbox are.
///
/// As root every sandbox gets a user id of its own that nobody else on the machine has: what the kernel counts or
/// allows by user (processes, watches, signals) is then a matter of one sandbox. An ordinary user can be one user
/// only; inside it has AWS's number.
///
/// @param user  inside
/// @param group inside
/// @param name  in `/etc/passwd` inside, as on AWS
record Identities(int user, int group, String name) {

    private static final String AWS_NAME = "sbx_user1051";
    private static final int AWS_USER = 993;
    private static final int AWS_GROUP = 990;

    /// Above what systemd and containers hand out, below the sign of 32 bits.
    private static final int FIRST = 0x70000000;

    /// Of one server: as many sandboxes are never open at once.
    private static final int COUNT = 0x10000;

    private static final int SERVERS = 0xfff;

    /// Inside a user namespace: AWS's numbers.
    static Identities asOnAws() {
        return new Identities(AWS_USER, AWS_GROUP, AWS_NAME);
    }

    /// Those of a sandbox: nobody else's as long as it lives, as far as servers on other folders, whose numbers lie
    /// elsewhere, do not happen to lie at the same place.
    ///
    /// @param server what tells the server from others on the machine
    /// @param number the sandbox's
    static Identities of(int server, int number) {
        int id = FIRST + Math.floorMod(server, SERVERS) * COUNT + Math.floorMod(number, COUNT);
        return new Identities(id, id, AWS_NAME);
    }
}
