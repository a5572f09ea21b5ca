/// What lasts on disk, by need, in one folder locked by one server ([dev.boda.store.DataDirectory]):
///
/// - records: JSON documents by key with compare-and-set ([dev.boda.store.RecordTable]) in one SQLite file a
///   domain, each with one writer thread that commits in groups ([dev.boda.store.Database]);
/// - events that wait, and who may run them ([dev.boda.store.EventQueue]), in such a file too;
/// - blobs by digest ([dev.boda.store.BlobStore]);
/// - log segments (`Log…`).
///
/// Others keep folders of files beside it, which go as a whole ([dev.boda.store.Trees]).
///
/// Always true: what a method acknowledged survives a kill at any moment; what cannot be written is a
/// [dev.boda.store.StoreUnavailableException] and leaves nothing behind; what cannot be opened is a
/// [dev.boda.store.StoreCannotOpenException], with what to do, and stays untouched. The only package that
/// imports the database.
@NullMarked
package dev.boda.store;

import org.jspecify.annotations.NullMarked;
