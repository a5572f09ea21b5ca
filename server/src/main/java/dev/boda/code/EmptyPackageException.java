package dev.boda.code;

/// A zip without entries, or no bytes at all: AWS's "Uploaded file must be a non-empty zip".
public final class EmptyPackageException extends PackageRefusedException {

    EmptyPackageException(String message) {
        super(message);
    }
}
