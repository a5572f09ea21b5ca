/// What sandboxes may use of the machine, by the kernel's control groups: memory, CPU time, processes;
/// and their end, for a group's processes are frozen and killed as one.
///
/// Entry: [ResourceGroups], the server's groups, one in each hierarchy that is of use. Below them every
/// sandbox has a [ResourceGroup]. The two versions of control groups differ in names and in where
/// groups may be made: what a limit is called is [Version]'s, who holds what on this machine [Seats]'.
/// A machine has all controllers in version 1, or all in version 2, or is a hybrid: then version 1
/// limits and version 2, which has hardly a controller left, freezes and kills. In version 2 the server
/// itself may have to move first ([Delegation]), and where OWN gives less than the groups above it, or
/// others are in it, one of those takes its place: root's always, a user's where they may make groups.
///
/// ```
///   version 1, or hybrid                           version 2
///   memory/OWN/boda-1f3a/ENVIRONMENT               OWN/boda-1f3a-server   the server itself
///   cpu/OWN/boda-1f3a/ENVIRONMENT                  OWN/boda-1f3a/ENVIRONMENT
///   pids/OWN/boda-1f3a/ENVIRONMENT
///   unified/OWN/boda-1f3a/ENVIRONMENT
/// ```
///
/// The groups `boda-1f3a` limit what all sandboxes have together, without the server: memory ([TotalMemory]), of which
/// room is made before the kernel has to kill.
///
/// Where a user may make no groups there are none, and [ResourceGroups#guarantees()] says why.
@NullMarked
package dev.boda.sandbox.groups;

import org.jspecify.annotations.NullMarked;
