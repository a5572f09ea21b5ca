package dev.boda.bench.subject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SlowFlushesTest {

    private static List<String> sleeping(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .filter(SlowFlushesTest::sleeps)
                .map(method ->
                        method.methodName().stringValue() + method.methodType().stringValue())
                .toList();
    }

    private static boolean sleeps(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> element instanceof InvokeInstruction call
                        && call.owner().asInternalName().equals("java/lang/Thread")
                        && call.name().equalsString("sleep"));
    }

    @Test
    void theWriterOfADatabaseWaitsBeforeItsCommitAndNothingElseDoes() throws IOException {
        byte[] bytes;
        try (InputStream database = Database.class.getResourceAsStream("Database.class")) {
            bytes = Objects.requireNonNull(database).readAllBytes();
        }
        assertThat(sleeping(bytes)).isEmpty();
        var slowed = SlowFlushes.slowed(bytes, SlowFlushes.MILLIS);
        assertThat(sleeping(slowed)).containsExactly("commit(Ldev/boda/store/Sql;)V");
        assertThat(ClassFile.of().verify(slowed)).isEmpty();
    }
}
