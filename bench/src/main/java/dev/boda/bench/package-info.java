/// `./boda bench`: what a call costs, next to the floor.
///
/// [Main] reads the command line, [Bench] starts what is measured (the packaged server, the bare loop), [BenchSet] says
/// which [Experiment]s run. [Rounds] runs them in turns, several times over, and keeps a [Row] for each, so that a slow
/// minute of the machine is shared by all of them and seen in how far their rounds are apart.
@NullMarked
package dev.boda.bench;

import org.jspecify.annotations.NullMarked;
