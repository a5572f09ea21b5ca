package dev.boda.store;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// Events that wait until they are due, in lanes: what is in one lane delays no other. Durable: an event that was added
/// is there until somebody settled it, whatever ends in between.
///
/// Every lane is in two of 64 shards, and its events in whichever is shorter. Who runs events owns whole shards for a
/// while, under an epoch that grows whenever a shard is taken ([#claim]); within a shard it leases events, each for a
/// while. What it does with a lease that it has lost is refused, in the same transaction that would have done it: also
/// if it was only late, and nobody else came. Whatever is leased by an owner that is dead, or for too long, waits
/// again. Times are the store's own, of when it does something, not of when it was asked.
///
/// Every method throws [StoreUnavailableException] if the store cannot be read or written.
public interface EventQueue {

    int SHARDS = 64;

    /// The two shards of a lane, which differ.
    static int[] shardsOf(String lane) {
        return new int[] {LaneShards.first(lane), LaneShards.second(lane)};
    }

    /// Adds an event, durably, and says in which shard it is. One of its id that is there already stays as it is.
    int add(QueuedEvent event);

    /// Takes every shard that is free, and keeps those that `owner` has, for `time` from now; says all that it has.
    ///
    /// @param owner a name that no other process has or had: it would keep leases that it does not know of
    List<ShardLease> claim(String owner, Duration time);

    /// Gives a shard back; what is leased in it waits again at once.
    void release(ShardLease shard) throws LeaseLostException;

    /// The lanes of a shard in which an event waits that nobody leases, each with the time when the next one is due.
    /// Costs what there are lanes, not what waits in them.
    List<WaitingLane> lanes(ShardLease shard) throws LeaseLostException;

    /// Leases at most `most` events of a lane that are due, those that are due longest first. If it fails,
    /// some may be leased, unknown to anybody, until `time` has passed.
    List<LeasedEvent> lease(ShardLease shard, String lane, int most, Duration time) throws LeaseLostException;

    /// When the lane's next event in a shard is due that nobody leases; empty if none waits.
    OptionalLong nextDue(int shard, String lane);

    /// Keeps events leased for `time` from now: all of them, or none if one is lost.
    void extend(ShardLease shard, List<LeasedEvent> events, Duration time) throws LeaseLostException;

    /// Ends leases: all of them, or none if one is lost.
    void settle(ShardLease shard, List<Settlement> settlements) throws LeaseLostException;

    /// Removes every event of a lane, leased or not, and says how many there were. Takes as long as there are many, in
    /// pieces between which others have their turn; if it fails, some are removed.
    int removeLane(String lane);

    /// Removes everything.
    void clear();

    /// How many events wait or are leased, of all lanes.
    long size();

    /// The store's clock, in milliseconds since 1970.
    long millis();

    /// An event to be added.
    ///
    /// @param id       made by whoever adds it; a UUID, best one that grows with time
    /// @param lane     of what it must wait for: `account/region/function/id`
    /// @param due      from when on it may be leased, in milliseconds since 1970 of the store's clock
    /// @param document what is known of it, JSON
    record QueuedEvent(String id, String lane, long due, String document, byte[] payload) {}

    /// A shard that somebody owns.
    ///
    /// @param epoch grows whenever it is taken, by another owner or too late by the same
    record ShardLease(int shard, String owner, long epoch) {}

    /// A lane of a shard.
    ///
    /// @param due when its next event is due
    record WaitingLane(String lane, long due) {}

    /// An event that somebody has leased.
    ///
    /// @param lease tells this lease from earlier and later ones of the event
    record LeasedEvent(String id, String lane, long due, String document, byte[] payload, long lease) {}

    /// How a lease ends.
    sealed interface Settlement {

        LeasedEvent event();

        /// It is over: the event is removed.
        record Done(LeasedEvent event) implements Settlement {}

        /// It is over, and others come of it: all of that or nothing.
        record Replaced(LeasedEvent event, List<QueuedEvent> by) implements Settlement {}

        /// It waits again.
        ///
        /// @param document takes the place of what was known of it
        record Again(LeasedEvent event, long due, String document) implements Settlement {}
    }

    /// The shard or the event is somebody else's by now.
    final class LeaseLostException extends Exception {

        private static final long serialVersionUID = 1;

        public LeaseLostException(String message) {
            super(message);
        }
    }
}
