package dev.boda.api.lambda;

import dev.boda.aws.ServiceException;
import dev.boda.code.CodePackage;
import dev.boda.code.CodeStore;
import dev.boda.code.EmptyPackageException;
import dev.boda.code.HeldPackage;
import dev.boda.code.InvalidPackageException;
import dev.boda.code.PackageRefusedException;
import dev.boda.code.PackageTooLargeException;
import dev.boda.function.FunctionRules;
import dev.boda.function.LambdaErrors;
import dev.boda.store.StoreUnavailableException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/// Takes in the code that a request carries, or refuses it in AWS's words. Of a request that is refused no code stays;
/// where a failing disk leaves it uncertain, the sweep of code that no record names takes it.
public final class CodeIntake {

    private final CodeStore code;

    public CodeIntake(CodeStore code) {
        this.code = code;
    }

    /// Keeps the package, durably, and makes the record that names it.
    ///
    /// @param room   refuses a package of so many bytes for which there is no room, before it is written
    /// @param record makes the record, durable when it returns
    <T> T keep(@Nullable SdkBytes zip, LongConsumer room, Recording<T> record) throws InterruptedException {
        var bytes = bytes(zip);
        room.accept(bytes.length);
        try (var held = put(bytes)) {
            try {
                return record.make(held.codePackage());
            } catch (ServiceException refused) {
                held.discard();
                throw refused;
            } catch (StoreUnavailableException failed) {
                if (!failed.isUncertain()) {
                    held.discard();
                }
                throw failed;
            }
        }
    }

    /// Makes the record of what has a package.
    interface Recording<T> {
        T make(CodePackage code) throws InterruptedException;
    }

    /// Refuses a package that [#keep] would refuse.
    void check(@Nullable SdkBytes zip) {
        put(bytes(zip)).discard();
    }

    private static byte[] bytes(@Nullable SdkBytes zip) {
        if (zip == null) {
            throw LambdaErrors.codeMissing();
        }
        var bytes = zip.asByteArrayUnsafe();
        FunctionRules.checkZipped(bytes.length);
        return bytes;
    }

    private HeldPackage put(byte[] bytes) {
        try {
            return code.put(bytes);
        } catch (PackageRefusedException e) {
            throw switch (e) {
                case EmptyPackageException _ -> LambdaErrors.emptyZip();
                case InvalidPackageException _ -> LambdaErrors.unreadableZip();
                case PackageTooLargeException _ -> LambdaErrors.unzippedTooLarge(FunctionRules.UNZIPPED_BYTES);
            };
        }
    }
}
