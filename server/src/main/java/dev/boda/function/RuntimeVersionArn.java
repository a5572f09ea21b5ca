package dev.boda.function;

import dev.boda.aws.Arn;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// AWS names each release of a runtime by an ARN that ends in 64 hexadecimal digits, another one for each architecture
/// (recorded); ours are made of the runtime's id. Answers and the log's INIT_START line have the same.
final class RuntimeVersionArn {

    private RuntimeVersionArn() {}

    static String of(String region, String runtime, String architecture) {
        try {
            var digest = MessageDigest.getInstance("SHA-256")
                    .digest((runtime + " " + architecture).getBytes(StandardCharsets.UTF_8));
            return Arn.of("lambda", region, "", "runtime:" + HexFormat.of().formatHex(digest))
                    .toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
