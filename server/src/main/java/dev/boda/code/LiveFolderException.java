package dev.boda.code;

import java.io.IOException;

/// A folder of this machine that is named as a function's code may not be used, or is not there. The message says
/// what to do. The function's affair and not the server's; when the folder is back, it can be used again.
public final class LiveFolderException extends IOException {

    private static final long serialVersionUID = 1;

    public LiveFolderException(String message) {
        super(message);
    }
}
