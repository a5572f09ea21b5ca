package dev.boda.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The command that starts AWS's runtime interface client for Java, with the options of AWS's own: what wrappers get
/// there as their arguments, <https://github.com/sigpwned/the-lambda-iceberg-dissecting-the-official-java-runtimes>.
///
/// Left out is AWS's archive of shared classes, which is of AWS's build of the JVM (`-Xshare:on`), and its patch for
/// Log4j.
final class JavaCommand {

    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
    private static final String NATIVE_CLIENT =
            "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI=/var/runtime/lib/jni/"
                    + "libaws-lambda-jni.linux-" + architecture() + ".so";

    private static final int KILOBYTES_OF_A_MEGABYTE = 1024;
    private static final int MOST_KILOBYTES_OF_CLASSES = 160 * KILOBYTES_OF_A_MEGABYTE;
    private static final int MOST_KILOBYTES_OF_COMPILED_CODE = 80 * KILOBYTES_OF_A_MEGABYTE;
    private static final double SHARE_OF_CLASSES = 0.1;
    private static final double SHARE_OF_COMPILED_CODE = 0.05;

    private static final int MODULES = 9;
    private static final int ERROR_FILE_TO_STDERR = 17;
    private static final int NATIVE_ACCESS_WARNS = 24;
    private static final int QUICK_COMPILER_ONLY = 17;
    private static final int QUICK_COMPILER_ONLY_WHEN_COLD = 25;

    private JavaCommand() {}

    /// Without what depends on the function, which [#completed] adds.
    static List<String> of(Path interpreter) {
        return List.of(interpreter.toString(), "-classpath", "/var/runtime/lib/*", CLIENT);
    }

    /// The command of an environment with these variables.
    ///
    /// @param id     the version of the runtime id
    /// @param actual the interpreter's version
    static List<String> completed(List<String> command, int id, int actual, Map<String, String> variables) {
        var whole = new ArrayList<>(command);
        whole.addAll(1, options(id, actual, variables));
        whole.add(variables.getOrDefault("_HANDLER", ""));
        return List.copyOf(whole);
    }

    private static List<String> options(int id, int actual, Map<String, String> variables) {
        var options = new ArrayList<String>();
        int megabytes = Integer.parseInt(variables.getOrDefault("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"));
        options.add("-XX:MaxHeapSize=" + heapKilobytes(megabytes) + "k");
        options.add("-XX:+UseSerialGC");
        if (compilesQuicklyOnly(id, variables)) {
            options.addAll(List.of("-XX:+TieredCompilation", "-XX:TieredStopAtLevel=1"));
        }
        if (actual >= MODULES) {
            // The client opens the descriptor for log lines by its number.
            options.add("--add-opens=java.base/java.io=ALL-UNNAMED");
        }
        if (actual >= ERROR_FILE_TO_STDERR) {
            options.add("-XX:+ErrorFileToStderr");
        }
        if (actual >= NATIVE_ACCESS_WARNS) {
            // For the client, whose warnings would stand in the function's log.
            options.add("--enable-native-access=ALL-UNNAMED");
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        options.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
        options.add(NATIVE_CLIENT);
        return options;
    }

    /// What is left beside the heap is a tenth for classes and a twentieth for compiled code, each up to a
    /// limit. AWS does not say so; it follows from the heaps that are known. On AWS functions of 512 MB were
    /// seen with 445645k. SAM CLI's debug settings for java8 had 1336935k, later 2834432k, which with what
    /// they gave to classes and to compiled code are 1536 MB and 3008 MB. 3945472k was seen on AWS, too, of a
    /// function whose size is not told; by this rule it would be 4093 MB.
    static long heapKilobytes(int memoryMegabytes) {
        long all = (long) memoryMegabytes * KILOBYTES_OF_A_MEGABYTE;
        return all
                - Math.min(Math.round(all * SHARE_OF_CLASSES), MOST_KILOBYTES_OF_CLASSES)
                - Math.min(Math.round(all * SHARE_OF_COMPILED_CODE), MOST_KILOBYTES_OF_COMPILED_CODE);
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/java-customization.html#tiered-compilation>
    private static boolean compilesQuicklyOnly(int id, Map<String, String> variables) {
        boolean cold = "on-demand".equals(variables.getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"));
        return id >= QUICK_COMPILER_ONLY && (cold || id < QUICK_COMPILER_ONLY_WHEN_COLD);
    }

    /// As the client's files call it.
    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    }
}
