package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.store.EventQueue.LeaseLostException;
import dev.boda.store.EventQueue.QueuedEvent;
import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.EventQueue.WaitingLane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every [EventQueue] does.
@Timeout(60)
abstract class EventQueueContract extends EventLeaseContract {

    @Test
    void anEventIsLeasedAsItWasAdded() {
        byte[] payload = new byte[1 << 20];
        new Random(1).nextBytes(payload);
        var added = new QueuedEvent("id", LANE, now.get() - 5, "{\"qualifier\":\"ä\"}", payload);
        queue.add(added);

        assertThat(lease("a")).singleElement().satisfies(leased -> {
            var event = leased.event();
            assertThat(event.id()).isEqualTo("id");
            assertThat(event.lane()).isEqualTo(LANE);
            assertThat(event.due()).isEqualTo(added.due());
            assertThat(event.document()).isEqualTo(added.document());
            assertThat(event.payload()).isEqualTo(payload);
        });
    }

    @Test
    void anEventOfAnIdThatIsThereStaysAsItIs() {
        queue.add(event("id"));
        queue.add(new QueuedEvent("id", OTHER, 0, "{}", bytes("another")));

        assertThat(queue.size()).isEqualTo(1);
        assertThat(lease("a", OTHER)).isEmpty();
        queue.add(event("id"));
        assertThat(lease("a")).hasSize(1);
        queue.add(event("id"));
        assertThat(lease("a")).as("leased already").isEmpty();
    }

    @Test
    void whatWasAddedLeasedAndClaimedIsStillAfterReopening() throws Exception {
        add("1", "2");
        var shards = queue.claim("a", HOUR);
        var leased = lease(queue, shards, LANE, MINUTE);
        add("3");
        close();
        queue = open();

        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.claim("b", HOUR)).isEmpty();
        assertThat(queue.claim("a", HOUR)).isEqualTo(shards);
        assertThat(lease("a")).extracting(Leased::id).containsExactly("3");
        var first = leased.getFirst();
        queue.settle(first.shard(), List.of(first.done()));
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void thoseThatAreDueLongestComeFirstAndThoseThatAreNotDueDoNot() throws Exception {
        for (int i = 0; i < 20; i++) {
            queue.add(event("id" + i, LANE, i * 7 % 20 * 1_000L));
        }
        advance(Duration.ofSeconds(9));

        var dues = new ArrayList<Long>();
        for (ShardLease shard : queue.claim("a", HOUR)) {
            var ofShard = new ArrayList<Long>();
            for (var next = queue.lease(shard, LANE, 3, MINUTE);
                    !next.isEmpty();
                    next = queue.lease(shard, LANE, 3, MINUTE)) {
                assertThat(next).hasSizeLessThanOrEqualTo(3);
                next.forEach(event -> ofShard.add(event.due()));
            }
            assertThat(ofShard).isSorted();
            dues.addAll(ofShard);
        }
        assertThat(dues).hasSize(10).allMatch(due -> due <= now.get());
        advance(Duration.ofSeconds(10));
        assertThat(lease("a")).hasSize(10);
    }

    @Test
    void theLanesOfAShardSayWhenTheirNextEventIsDue() throws Exception {
        queue.add(event("late", LANE, 5_000));
        queue.add(event("other", OTHER, 3_000));
        long due = now.get();

        assertThat(lanes("a"))
                .containsExactlyInAnyOrder(new WaitingLane(LANE, due + 5_000), new WaitingLane(OTHER, due + 3_000));
        advance(Duration.ofSeconds(4));
        assertThat(lease("a", OTHER)).hasSize(1);
        assertThat(lanes("a")).as("all of the other is leased").containsExactly(new WaitingLane(LANE, due + 5_000));
    }

    @Test
    void whatIsInOneLaneDelaysNoOther() {
        for (int i = 0; i < 300; i++) {
            queue.add(event("flood" + i, LANE, -1_000));
        }
        queue.add(event("other", OTHER, 0));

        assertThat(lease("a", OTHER)).extracting(Leased::id).containsExactly("other");
    }

    @Test
    void aLaneIsInTwoShardsAndItsEventsInTheShorter() {
        for (int i = 0; i < 100; i++) {
            queue.add(event("id" + i));
        }

        var perShard = new int[EventQueue.SHARDS];
        lease("a").forEach(leased -> perShard[leased.shard().shard()]++);
        assertThat(IntStream.of(perShard).filter(count -> count > 0)).containsExactly(50, 50);
    }

    @Test
    void ofSeveralSettlementsAllHappenOrNone() throws Exception {
        for (int i = 0; i < 8; i++) {
            add("id" + i);
        }
        var shards = queue.claim("a", HOUR);
        var leased = lease(queue, shards, LANE, MINUTE);
        var shard = leased.getFirst().shard();
        var four = leased.stream().filter(its -> its.shard().equals(shard)).toList();
        assertThat(four).hasSize(4);
        advance(Duration.ofSeconds(30));
        queue.extend(shard, four.subList(0, 3).stream().map(Leased::event).toList(), MINUTE);
        advance(Duration.ofSeconds(30));

        assertLost(() -> queue.settle(shard, all(four)));
        assertLost(() -> queue.extend(shard, four.stream().map(Leased::event).toList(), HOUR));
        assertThat(queue.size()).isEqualTo(8);
        queue.settle(shard, all(four.subList(0, 3)));
        assertThat(queue.size())
                .as("one is done, one waits again, one became another")
                .isEqualTo(7);
        assertThat(lease("a", OTHER)).hasSize(1);
        assertThat(lease("a"))
                .filteredOn(again -> again.event().document().equals("changed"))
                .hasSize(1);
    }

    /// One of each kind.
    private List<Settlement> all(List<Leased> leased) {
        var settlements = new ArrayList<Settlement>();
        settlements.add(leased.get(0).done());
        settlements.add(new Settlement.Again(leased.get(1).event(), 0, "changed"));
        settlements.add(new Settlement.Replaced(
                leased.get(2).event(), List.of(event(leased.get(2).id() + "-replaced", OTHER, 0))));
        leased.stream().skip(3).map(Leased::done).forEach(settlements::add);
        return settlements;
    }

    @Test
    void anEventIsReplacedByOthersOrNot() throws Exception {
        add("id");
        queue.add(event("there", OTHER, 0));
        var leased = lease("a").getFirst();
        var replaced = new Settlement.Replaced(
                leased.event(), List.of(event("x", OTHER, 0), event("there", LANE, 0), event("y", LANE, 60_000)));
        assertLost(() -> queue.settle(leased.shard(), List.of(replaced, leased.done())));
        assertThat(queue.size()).isEqualTo(2);
        assertThat(lease("a")).isEmpty();

        queue.settle(leased.shard(), List.of(replaced));
        assertThat(queue.size()).isEqualTo(3);
        assertThat(lease("a", OTHER)).extracting(Leased::id).containsExactlyInAnyOrder("x", "there");
        assertThat(lease("a")).isEmpty();
        advance(MINUTE);
        assertThat(lease("a")).extracting(Leased::id).containsExactly("y");
    }

    @Test
    void anEventThatWaitsAgainDoesSoWithItsNewDocumentUntilItIsDue() throws Exception {
        add("id");
        var leased = lease("a").getFirst();
        long due = now.get() + 60_000;
        queue.settle(leased.shard(), List.of(new Settlement.Again(leased.event(), due, "{\"attempt\":2}")));

        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        assertThat(lease("a")).isEmpty();
        assertThat(lanes("a")).containsExactly(new WaitingLane(LANE, due));
        advance(MINUTE);
        assertThat(lease("a")).singleElement().satisfies(again -> {
            assertThat(again.event().document()).isEqualTo("{\"attempt\":2}");
            assertThat(again.event().payload()).isEqualTo(leased.event().payload());
            assertThat(again.event().due()).isEqualTo(due);
            assertThat(again.event().lease()).isGreaterThan(leased.event().lease());
        });
    }

    @Test
    void aLaneIsRemovedWithWhatIsLeasedInIt() throws Exception {
        for (int i = 0; i < 700; i++) {
            queue.add(event("id" + i, LANE, 1_000));
        }
        add("due");
        queue.add(event("other", OTHER, 0));
        var leased = lease("a").getFirst();

        assertThat(queue.removeLane(LANE)).isEqualTo(701);
        assertThat(queue.removeLane(LANE)).isZero();
        assertThat(queue.size()).isEqualTo(1);
        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        assertThat(lanes("a")).extracting(WaitingLane::lane).containsExactly(OTHER);
        add("due");
        assertThat(lease("a")).as("of an id that was there").hasSize(1);
    }

    @Test
    void clearingRemovesEverythingAndLeavesTheShardsToTheirOwners() throws Exception {
        add("1", "2");
        queue.add(event("other", OTHER, 0));
        var leased = lease("a").getFirst();
        queue.clear();

        assertThat(queue.size()).isZero();
        assertThat(lanes("a")).isEmpty();
        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        add("1");
        assertThat(lease("a")).hasSize(1);
        assertThat(queue.lanes(leased.shard())).isEmpty();
    }

    @Test
    void manyAddLeaseAndSettleAtOnceAndEachEventIsDoneOnce() throws Exception {
        var shards = queue.claim("a", HOUR);
        var lanes = IntStream.range(0, 8).mapToObj(i -> LANE + i).toList();
        var done = new ArrayList<Future<List<String>>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String lane : lanes) {
                IntStream.range(0, 50).forEach(i -> threads.execute(() -> queue.add(event(lane + i, lane, 0))));
                for (int i = 0; i < 2; i++) {
                    done.add(threads.submit(() -> settleAll(shards, lane)));
                }
            }
        }
        var ids = new ArrayList<String>();
        for (var some : done) {
            ids.addAll(some.get());
        }
        for (String lane : lanes) {
            ids.addAll(settleAll(shards, lane));
        }
        assertThat(new HashSet<>(ids)).hasSize(400).hasSameSizeAs(ids);
        assertThat(queue.size()).isZero();
    }

    private List<String> settleAll(List<ShardLease> shards, String lane) throws LeaseLostException {
        var ids = new ArrayList<String>();
        for (Leased leased : lease(queue, shards, lane, MINUTE)) {
            queue.settle(leased.shard(), List.of(leased.done()));
            ids.add(leased.id());
        }
        return ids;
    }

    @Test
    void whatTheStoreDoesNotTakeIsRefusedAndNotThereLater() throws Exception {
        add("id");
        var leased = lease("a").getFirst();
        available(false);
        for (ThrowingCallable verb : List.<ThrowingCallable>of(
                () -> queue.add(event("refused")),
                () -> queue.claim("a", HOUR),
                () -> queue.lease(leased.shard(), LANE, 1, MINUTE),
                () -> queue.extend(leased.shard(), List.of(leased.event()), HOUR),
                () -> queue.settle(leased.shard(), List.of(leased.done())),
                () -> queue.release(leased.shard()),
                () -> queue.removeLane(LANE),
                queue::clear)) {
            assertThatThrownBy(verb).isInstanceOf(StoreUnavailableException.class);
        }
        available(true);

        assertThat(queue.size()).isEqualTo(1);
        assertThat(lease("a")).as("still leased, and no other").isEmpty();
        queue.settle(leased.shard(), List.of(leased.done()));
        add("refused");
        assertThat(lease("a")).extracting(Leased::id).containsExactly("refused");
    }
}
