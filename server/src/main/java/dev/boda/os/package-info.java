/// Linux from Java, by the foreign function API: processes, pipes, signals, control groups, and lists of system calls
/// for others to make.
///
/// `java.lang.Process` costs two or three threads a child, so children are started here by `posix_spawn`,
/// watched by one [EventLoop] for all of them, and reaped by their process descriptors. Every descriptor has
/// one owner, a [Descriptor], and is closed once. Nothing here blocks a virtual thread: what may block runs
/// on [PlatformThreads]; reads never block.
///
/// Needs `--enable-native-access=ALL-UNNAMED` and Linux 5.4 or later on x86_64 or aarch64; sandboxes in namespaces
/// need 5.12, control groups that kill 5.14.
@NullMarked
package dev.boda.os;

import org.jspecify.annotations.NullMarked;
