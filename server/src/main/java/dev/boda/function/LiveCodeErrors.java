package dev.boda.function;

import dev.boda.aws.ServiceException;
import java.util.Map;

/// What is refused of functions whose code is a folder of this machine. AWS has none: the sentences are Boda's, but for
/// one.
public final class LiveCodeErrors {

    private static final int FORBIDDEN = 403;

    private LiveCodeErrors() {}

    /// A folder that may not be code, or is none.
    public static ServiceException folderRefused(String why) {
        return LambdaErrors.invalidParameter(why);
    }

    /// Both a package and where another lies: AWS's sentence, which is known, but was not recorded.
    public static ServiceException twoSources() {
        return LambdaErrors.invalidParameter(
                "Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }

    /// Code that runs in an environment would choose what of the machine another environment sees.
    public static ServiceException fromInside() {
        return new ServiceException(
                "AccessDeniedException",
                FORBIDDEN,
                "The bucket hot-reload names folders of the machine that Boda runs on. It is not open to calls from inside"
                        + " an execution environment, nor to credentials of a function's role, whatever they permit.",
                Map.of("Type", "User"));
    }

    static ServiceException notPublished(String folder) {
        return LambdaErrors.invalidParameter("A version never changes, and the code of this function is the folder "
                + folder
                + " (S3Bucket hot-reload), which may. Upload the code as a zip with UpdateFunctionCode to publish a"
                + " version.");
    }
}
