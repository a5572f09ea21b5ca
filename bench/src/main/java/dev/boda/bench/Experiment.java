package dev.boda.bench;

import java.io.IOException;
import java.time.Duration;

/// Something that is measured again in every round.
interface Experiment {

    /// What it is, where it belongs in the table.
    ///
    /// @param group   the table's part
    /// @param name    what is measured; the same for all subjects of it
    /// @param subject who is measured: [#BODA], [#BARE] or `interpreter`
    record Label(String group, String name, String subject) {

        static final String BODA = "Boda";
        static final String BARE = "bare";

        boolean isBare() {
            return subject.equals(BARE);
        }

        Label bare() {
            return new Label(group, name, BARE);
        }
    }

    Label label();

    /// Runs before anything counts, for about as long as that or longer.
    default void warmUp(Duration time) throws IOException, InterruptedException {
        var _ = run(time);
    }

    /// Measures for about as long as that.
    Sample run(Duration time) throws IOException, InterruptedException;
}
