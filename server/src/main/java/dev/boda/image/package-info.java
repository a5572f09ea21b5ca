/// Where does an image come from, and how does it become a root file system? Entry types:
/// [dev.boda.image.ImageSource], which opens one by its name, and [dev.boda.image.ImageStore], which keeps it
/// unpacked.
///
/// ```
/// ImageReference ─▶ Registry (Distribution API, tokens) ─┐
/// OCI layout, archive on disk ─▶ LayoutFolder, DockerSave ┴▶ ImageSource ─▶ BlobFolder ─▶ RootUnpacker ─▶ roots/DIGEST
///                                                               by digest, resumed    layer over layer
/// ```
///
/// It knows nothing of runtimes or functions: bytes by digest, and folders.
///
/// Always true: a blob is used only after its digest is what it was asked for by; a root is whole or not
/// there; nothing is written outside the root that is unpacked, whatever the names, links and whiteouts of a
/// layer say; what a root holds has no device nodes and no set-user-id bits.
@NullMarked
package dev.boda.image;

import org.jspecify.annotations.NullMarked;
