/// Live editing: functions whose code is a folder of this machine instead of a package.
///
/// [LiveFolders] says which folders may be: those below the ones that the server was started with. [LiveCode] gives an
/// environment such a folder and holds it for as long as the environment lives; a [FolderWatch] sees what changes in
/// the
/// folders that are held, by inotify, or by looking at times where the machine allows no more watches, and tells
/// who has the functions' environments replaced. A folder that no environment holds is not watched: the next one reads
/// it afresh.
@NullMarked
package dev.boda.code.live;

import org.jspecify.annotations.NullMarked;
