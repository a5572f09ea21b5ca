/// Where the temporary files of an execution environment are: a disk of its own, as large as its function's ephemeral
/// storage, so that they are not charged to the function's memory.
///
/// Entry: [ScratchDisks]. A disk is an ext4 file system on a loop device whose blocks lie in a file that has no name
/// any more, so nothing is left of it when nobody uses it. What an empty one of a size looks like is learnt once from
/// `mkfs.ext4` ([Template]); the next is a dozen blocks written into an empty file. Mounting takes milliseconds, so
/// some are mounted ahead.
///
/// Always true: nobody but the environment that has a disk sees what is on it, and no disk is used twice.
@NullMarked
package dev.boda.sandbox.scratch;

import org.jspecify.annotations.NullMarked;
