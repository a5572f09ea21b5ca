package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Origin;
import dev.boda.code.CodePackage;
import dev.boda.code.LiveFolderException;
import dev.boda.code.live.LiveFolders;
import dev.boda.function.FunctionCode;
import dev.boda.function.LiveCodeErrors;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;

/// The code that a request carries, or the folder of this machine that it names, as a function's.
public final class RequestedCode {

    /// The bucket whose keys are paths of folders.
    static final String FOLDERS = "hot-reload";

    private final CodeIntake intake;
    private final LiveFolders folders;
    private final Predicate<String> isOfRole;
    private final String architecture;

    /// @param folders      that may be code
    /// @param isOfRole     whether an access key was issued for a role, as those of functions are
    /// @param architecture of this machine: `x86_64` or `arm64`
    public RequestedCode(CodeIntake intake, LiveFolders folders, Predicate<String> isOfRole, String architecture) {
        this.intake = intake;
        this.folders = folders;
        this.isOfRole = isOfRole;
        this.architecture = architecture;
    }

    /// Where a request says that the code is.
    record Source(
            @Nullable SdkBytes zip,
            @Nullable String bucket,
            @Nullable String key) {

        static Source of(software.amazon.awssdk.services.lambda.model.FunctionCode code) {
            return new Source(code.zipFile(), code.s3Bucket(), code.s3Key());
        }

        static Source of(UpdateFunctionCodeRequest request) {
            return new Source(request.zipFile(), request.s3Bucket(), request.s3Key());
        }

        private boolean isFolder() {
            return FOLDERS.equals(bucket);
        }
    }

    /// Whether a structure of a request names a folder as a function's code.
    static boolean namesFolder(SdkPojo structure) {
        return switch (structure) {
            case software.amazon.awssdk.services.lambda.model.FunctionCode code ->
                Source.of(code).isFolder();
            case UpdateFunctionCodeRequest request -> Source.of(request).isFolder();
            default -> false;
        };
    }

    /// Keeps what there is to keep, durably, and makes the record that names it.
    ///
    /// @param room   refuses code of so many bytes for which there is no room, before it is written
    /// @param record makes the record, durable when it returns
    <T> T keep(Source source, ApiCall call, LongConsumer room, Recording<T> record) throws InterruptedException {
        return source.isFolder()
                ? record.make(folder(source, call))
                : intake.keep(source.zip(), room, kept -> record.make(packaged(kept)));
    }

    /// Makes the record of what has this code.
    interface Recording<T> {
        T make(FunctionCode code) throws InterruptedException;
    }

    /// Refuses code that [#keep] would refuse.
    void check(Source source, ApiCall call) {
        if (source.isFolder()) {
            folder(source, call);
        } else {
            intake.check(source.zip());
        }
    }

    private FunctionCode packaged(CodePackage kept) {
        return new FunctionCode(kept.digest(), kept.sizeBytes(), architecture);
    }

    private FunctionCode folder(Source source, ApiCall call) {
        if (!call.origin().equals(Origin.UNKNOWN) || isOfRole.test(call.caller().accessKeyId())) {
            throw LiveCodeErrors.fromInside();
        }
        if (source.zip() != null) {
            throw LiveCodeErrors.twoSources();
        }
        var path = source.key() == null ? "" : source.key();
        try {
            folders.check(path);
        } catch (LiveFolderException refused) {
            throw LiveCodeErrors.folderRefused(String.valueOf(refused.getMessage()));
        }
        return FunctionCode.in(path, architecture);
    }
}
