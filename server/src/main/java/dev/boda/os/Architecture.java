package dev.boda.os;

/// The kinds of processors that Boda runs on: numbers of system calls, machine code and a few structures differ.
enum Architecture {
    X86_64,
    AARCH64;

    static final Architecture OF_THIS_MACHINE = of(System.getProperty("os.arch", ""));

    private static Architecture of(String name) {
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default ->
                throw new IllegalStateException("Boda runs on x86_64 and aarch64; this machine is " + name + ".");
        };
    }

    static boolean isX86() {
        return OF_THIS_MACHINE == X86_64;
    }
}
