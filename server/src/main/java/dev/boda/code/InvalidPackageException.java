package dev.boda.code;

/// Not a zip, or not one that can be unpacked: AWS's "Could not unzip uploaded file. Please check your file, then try
/// to upload again."
public final class InvalidPackageException extends PackageRefusedException {

    InvalidPackageException(String message) {
        super(message);
    }
}
