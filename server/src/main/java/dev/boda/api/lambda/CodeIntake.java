package dev.boda.api.lambda;

import dev.boda.code.CodeStore;
import dev.boda.code.EmptyPackageException;
import dev.boda.code.HeldPackage;
import dev.boda.code.InvalidPackageException;
import dev.boda.code.PackageRefusedException;
import dev.boda.code.PackageTooLargeException;
import dev.boda.function.FunctionRules;
import dev.boda.function.LambdaErrors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/// Takes in the code that a request carries, or refuses it in AWS's words.
public final class CodeIntake {

    private final CodeStore code;

    public CodeIntake(CodeStore code) {
        this.code = code;
    }

    /// The package, durable; to be closed when a record names it.
    HeldPackage put(@Nullable SdkBytes zip) {
        if (zip == null) {
            throw LambdaErrors.codeMissing();
        }
        var bytes = zip.asByteArrayUnsafe();
        FunctionRules.checkZipped(bytes.length);
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
