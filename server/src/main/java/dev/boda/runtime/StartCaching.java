package dev.boda.runtime;

import java.util.List;

/// How an interpreter keeps what one start has computed, so that later ones are quicker. The cache is one file, bound
/// to
/// the interpreter that made it; one that does not fit is passed over without a word.
public interface StartCaching {

    /// The command that starts with what a cache has.
    ///
    /// @param command starts without
    /// @param file    the cache, in paths inside
    List<String> reading(List<String> command, String file);

    /// The command that starts likewise, and, when it is asked to end by SIGTERM, makes a cache and prints it, [#WHOLE]
    /// behind it. Of what it starts nothing else is printed.
    List<String> writing(List<String> command);

    /// Ends what is printed; without it some is missing.
    String WHOLE = "\nboda: the start cache is whole\n";
}
