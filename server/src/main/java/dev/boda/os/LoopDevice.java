package dev.boda.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;

/// A block device whose blocks lie in a file, which the device holds open by itself. It is there as long as somebody
/// has it open or has mounted what is on it: then the kernel detaches it, also when this server was killed.
///
/// It reads and writes the file past the machine's page cache where the file's own file system can: what is on the
/// device is cached once, on account of whoever uses it, not a second time on the machine's. Linux 5.8. See
/// `linux/loop.h`.
public final class LoopDevice implements AutoCloseable {

    private static final String CONTROL = "/dev/loop-control";
    private static final int O_RDWR = 2;
    private static final int LOOP_CTL_GET_FREE = 0x4c82;
    private static final int LOOP_CONFIGURE = 0x4c0a;
    private static final int LO_FLAGS_AUTOCLEAR = 4;
    private static final int LO_FLAGS_DIRECT_IO = 16;

    /// `struct loop_config`: the image's descriptor, a block size (0: the kernel's choice), `struct loop_info64`.
    private static final int CONFIGURATION_BYTES = 304;

    private static final int INFO_AT = 8;
    private static final int FLAGS_AT = INFO_AT + 52;

    /// A device that is free may be another's a moment later.
    private static final int MOST_ATTEMPTS = 100;

    private final String path;
    private final Descriptor descriptor;

    private LoopDevice(String path, Descriptor descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /// Makes a device of an image, which was opened for reading and writing.
    public static LoopDevice attach(Descriptor image) throws OsException {
        try (var control = Descriptor.open(CONTROL, O_RDWR)) {
            for (int attempt = 1; true; attempt++) {
                var path = "/dev/loop"
                        + Libc.check("a free " + CONTROL, SystemCall.IOCTL, control.number(), LOOP_CTL_GET_FREE);
                var device = Descriptor.open(path, O_RDWR);
                try {
                    configure(path, device, image);
                    return new LoopDevice(path, device);
                } catch (OsException refused) {
                    device.close();
                    if (!refused.isBusy() || attempt == MOST_ATTEMPTS) {
                        throw refused;
                    }
                }
            }
        }
    }

    private static void configure(String path, Descriptor device, Descriptor image) throws OsException {
        try (var arena = Arena.ofConfined()) {
            var configuration = arena.allocate(CONFIGURATION_BYTES, Long.BYTES);
            configuration.set(JAVA_INT, 0, image.number());
            configuration.set(JAVA_INT, FLAGS_AT, LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO);
            Libc.check(path, SystemCall.IOCTL, device.number(), LOOP_CONFIGURE, configuration.address());
        }
    }

    /// Its name in `/dev`.
    public String path() {
        return path;
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
