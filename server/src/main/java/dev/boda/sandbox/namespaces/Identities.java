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

    private static final int COUNT = 0x0fff0000;

    /// Inside a user namespace: AWS's numbers.
    static Identities asOnAws() {
        return new Identities(AWS_USER, AWS_GROUP, AWS_NAME);
    }

    /// Those of a sandbox by its number: nobody else's for a long time.
    static Identities of(int number) {
        int id = FIRST + Math.floorMod(number, COUNT);
        return new Identities(id, id, AWS_NAME);
    }
}
