package dev.boda.image;

import java.io.IOException;

/// An image is not what it should be, or not to be had; trying again would not help. The message is a sentence for who
/// named the image.
public final class ImageRefusedException extends IOException {

    public ImageRefusedException(String message) {
        super(message);
    }

    public ImageRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
