/// Which runtimes exist on this machine: from AWS's runtime id to a root, a start command and an exact version.
///
/// Entry: [RuntimeCatalog]. It knows AWS's table ([KnownRuntime]), has the machine's interpreters from an
/// [InterpreterScan], and makes of both a [Runtime]: the interpreter of the id's own version, or the nearest of its
/// language, which then says so, or a refusal that says what would help.
///
/// ```
/// InterpreterCandidates ── paths ──▶ InterpreterProbe ── ran, told its version ──▶ Interpreter
///      configuration, pyenv, nvm, JVMs, PATH     └─ ProbeCache: ran before, unchanged
/// ```
///
/// With it come AWS's SDKs for the language, as `runtimes/sdks` pins them ([PinnedSdks]) and `tools/sdks.py` brought
/// them: mounted where AWS has them, behind what the function packages itself.
///
/// Always true: an interpreter counts only after it ran and told its version; nothing depends on today's date.
@NullMarked
package dev.boda.runtime;

import org.jspecify.annotations.NullMarked;
