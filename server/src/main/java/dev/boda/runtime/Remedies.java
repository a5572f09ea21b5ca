package dev.boda.runtime;

import dev.boda.runtime.InterpreterScan.Findings;
import java.util.List;
import java.util.stream.Collectors;

/// What would help where a runtime is missing, in sentences.
final class Remedies {

    private Remedies() {}

    /// This version of Boda has no client for the language.
    static String notBuilt(KnownRuntime known) {
        return "Runtime " + known.id()
                + " is not supported by this version of Boda, which runs python3.8 to python3.14,"
                + " nodejs18.x to nodejs24.x, java8.al2 to java25, ruby3.2 to ruby4.0, and programs of any language as provided.al2 and"
                + " provided.al2023.";
    }

    /// No interpreter for the runtime that may be used.
    static String missing(KnownRuntime known, Language language, List<Interpreter> there, String command) {
        var versions = there.stream().map(Interpreter::version).distinct().collect(Collectors.joining(", "));
        return "Runtime " + known.id() + " needs " + language.displayName() + " " + version(known)
                + ", and this machine has "
                + (versions.isEmpty() ? "no " + language.displayName() + " that can be used" : versions)
                + ". What brings it: " + command;
    }

    /// Boda knows no debugger that would reach this runtime's functions.
    static String noDebugger(Runtime runtime) {
        return "Functions of " + runtime.id()
                + " cannot be debugged by Boda, which lets debuggers into Python, Node.js and" + " Java"
                + (runtime.isOsOnly() ? "; what a program of its own listens at is its own affair." : ".");
    }

    /// The command that brings the runtime's own version.
    ///
    /// @param roots whether functions can have a root file system of their own
    static String command(KnownRuntime known, Language language, Findings findings, boolean roots) {
        var ofMachine = ofMachine(known, language, findings);
        return roots ? "boda runtimes add " + known.id() + "; or " + ofMachine : ofMachine;
    }

    private static String ofMachine(KnownRuntime known, Language language, Findings findings) {
        var wanted = version(known);
        return switch (language) {
            case JAVA ->
                "apt-get install openjdk-" + wanted
                        + "-jre-headless where the distribution has it, else Amazon Corretto " + wanted
                        + " (https://aws.amazon.com/corretto), unpacked into a folder of /usr/lib/jvm";
            case PYTHON ->
                findings.pyenv()
                        ? "pyenv install " + wanted
                        : "apt-get install python" + wanted + " where the distribution has it, else pyenv"
                                + " (https://github.com/pyenv/pyenv): pyenv install " + wanted;
            case NODEJS ->
                findings.nvm() ? "nvm install " + wanted : "nvm (https://github.com/nvm-sh/nvm): nvm install " + wanted;
            case RUBY ->
                (findings.rbenv()
                                ? ""
                                : "apt-get install ruby" + wanted + " where the distribution has it, else rbenv"
                                        + " (https://github.com/rbenv/rbenv): ")
                        // rbenv knows whole versions only; its list has the latest ones.
                        + "rbenv install $(rbenv install --list | grep ^" + wanted + ".)";
        };
    }

    /// A runtime's version as its language counts: without the operating system, which the machine's own stands for.
    static String version(KnownRuntime known) {
        return known.version().replaceFirst("\\.al2(023)?$", "");
    }
}
