package dev.boda.bench.subject;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/// A Java agent that gives a server a slower disk: the writer of a database waits before every commit, which is when
/// the disk is flushed. The server knows nothing of it. Whether it does what it should is for its user to
/// see: a class that is not as expected stays as it is.
public final class SlowFlushes {

    /// What a flush takes longer.
    public static final int MILLIS = 2;

    private static final String DATABASE = "dev/boda/store/Database";
    private static final ClassDesc THREAD = ClassDesc.of("java.lang.Thread");
    private static final MethodTypeDesc SLEEP = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long);
    private static final String COMMIT = "commit";
    private static final String OF_CONNECTION = "(Ldev/boda/store/Sql;)V";

    private SlowFlushes() {}

    /// The JVM calls it before the server's `main`.
    ///
    /// @param millis that a flush takes longer
    public static void premain(String millis, Instrumentation instrumentation) {
        long time = Long.parseLong(millis);
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    @Nullable ClassLoader loader,
                    String name,
                    @Nullable Class<?> redefined,
                    @Nullable ProtectionDomain domain,
                    byte[] bytes) {
                return DATABASE.equals(name) ? slowed(bytes, time) : null;
            }
        });
    }

    static byte[] slowed(byte[] database, long millis) {
        var file = ClassFile.of();
        return file.transformClass(
                file.parse(database),
                ClassTransform.transformingMethods(
                        SlowFlushes::isCommit, MethodTransform.transformingCode(new Waiting(millis))));
    }

    private static boolean isCommit(MethodModel method) {
        return method.methodName().equalsString(COMMIT) && method.methodType().equalsString(OF_CONNECTION);
    }

    private record Waiting(long millis) implements CodeTransform {

        @Override
        public void atStart(CodeBuilder code) {
            code.loadConstant(millis).invokestatic(THREAD, "sleep", SLEEP);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
