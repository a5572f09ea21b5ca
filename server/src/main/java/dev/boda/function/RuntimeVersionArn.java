package dev.boda.function;

import dev.boda.aws.Arn;
import dev.boda.store.Digest;
import java.nio.charset.StandardCharsets;

/// AWS names each release of a runtime by an ARN that ends in 64 hexadecimal digits, another one for each architecture
/// (recorded); ours are made of the runtime's id. Answers and the log's INIT_START line have the same.
final class RuntimeVersionArn {

    private RuntimeVersionArn() {}

    static String of(String region, String runtime, String architecture) {
        var digest = Digest.of((runtime + " " + architecture).getBytes(StandardCharsets.UTF_8));
        return Arn.of("lambda", region, "", "runtime:" + digest).toString();
    }
}
