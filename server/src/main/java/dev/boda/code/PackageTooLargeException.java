package dev.boda.code;

/// Unpacked, it would reach [CodeStore#MOST_UNZIPPED_BYTES]: AWS's "Unzipped size must be smaller than 262144000
/// bytes".
public final class PackageTooLargeException extends PackageRefusedException {

    PackageTooLargeException(String message) {
        super(message);
    }
}
