/// The first kind of sandbox: a plain process of the machine, in the machine's own file system.
///
/// Entry: [ProcessSandboxProvider]. A process is born in a session of its own, with AWS's paths translated to the
/// machine's ([TranslatedPaths]), and in a control group of its own, by which its whole tree is limited, killed and
/// frozen; without one [ProcessMarks] find the tree in `/proc`. It writes to two pipes ([SandboxOutput]): standard
/// output and error in one, and a runtime client's framed messages in the other ([TelemetryFrames]). [ProcessSandbox]
/// is what runs, whichever kind of [ProcessTree] it has: other kinds that start real processes use it too, and
/// [OpenSandboxes], which has what the sandboxes of one provider share.
///
/// Not a security boundary: the server's user, network and most of its files are the function's too.
@NullMarked
package dev.boda.sandbox.process;

import org.jspecify.annotations.NullMarked;
