/// What lasts on disk, by need: records, blobs by digest, log segments. One SQLite file a domain, each with
/// one writer thread. The only package that imports the database.
@NullMarked
package dev.boda.store;

import org.jspecify.annotations.NullMarked;
