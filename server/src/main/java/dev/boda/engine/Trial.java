package dev.boda.engine;

/// Whether another way is better than the way things go, told by measuring both in turns. One look at each tells
/// little, for the machine's speed changes by a third from one moment to the next; so what is clear at once is believed
/// at once, and the rest looked at again, up to [#MOST_LOOKS] times: where that takes long, both ways are about as
/// good, and the looking costs little.
final class Trial {

    private static final int MOST_LOOKS = 4;

    /// By how much one look must be clear to be believed; several, by that shared out among them.
    private static final double DOUBT = 0.2;

    enum Verdict {
        BETTER,
        WORSE,
        UNCLEAR
    }

    /// As things go.
    private double own;
    /// The other way.
    private double other;
    private int looks;

    /// @param own how much was done just before
    Trial(double own) {
        this.own = own;
    }

    /// Once more the way things go.
    void own(double rate) {
        own += rate;
    }

    /// Once more the other way.
    ///
    /// @param wanted how many times as much it must do to be better
    Verdict other(double rate, double wanted) {
        other += rate;
        looks++;
        double doubt = looks == MOST_LOOKS ? 0 : DOUBT / looks;
        double ratio = other / own;
        if (ratio >= wanted + doubt) {
            return Verdict.BETTER;
        }
        // Nothing was done in either: not better.
        return ratio > wanted - doubt ? Verdict.UNCLEAR : Verdict.WORSE;
    }
}
