/// The kind of sandbox that is the default on Linux: a process tree in namespaces of its own.
///
/// Entry: [NamespaceSandboxProvider]. A [Blank] is a process that waits, prepared by [Preparation], for its function;
/// [Blanks] keeps some ahead. [Birth] makes the sandbox of it: process 1 inside builds the root file system
/// ([RootFiles], of the machine's files [HostRoot] or an image's [ImageRoot]), gives up every right and starts the
/// runtime. All of it are lists of system calls that a [dev.boda.os.CallRunner] makes. [InitTree] is what runs then.
///
/// Always true: whoever ends process 1 ends everything inside; process 1 ends with the server.
@NullMarked
package dev.boda.sandbox.namespaces;

import org.jspecify.annotations.NullMarked;
