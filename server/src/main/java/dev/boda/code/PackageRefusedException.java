package dev.boda.code;

/// The uploaded bytes are not a code package that can be accepted. The face maps each kind to AWS's sentence; the
/// message says more, for the server's log.
public abstract sealed class PackageRefusedException extends RuntimeException
        permits InvalidPackageException, EmptyPackageException, PackageTooLargeException {

    PackageRefusedException(String message) {
        super(message);
    }
}
