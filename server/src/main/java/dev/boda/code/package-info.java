/// Where is the code of a version, and is it safe to unpack? Entry type: [dev.boda.code.CodeStore].
///
/// A package is a zip, stored once by its SHA-256 and never changed. Putting one checks it whole: the list of
/// entries first (count, names, sizes, types), then every byte while it is unpacked for the first time. Unpacked
/// folders are a cache of this machine; no record holds a path of one. Several packages are merged into a folder of
/// their own, which is a cache too.
///
/// Always true: nothing is written outside the folder a package is unpacked into. A folder named by a digest is
/// whole. What an environment has open, or a put has not yet named in a record, is not removed.
@NullMarked
package dev.boda.code;

import org.jspecify.annotations.NullMarked;
