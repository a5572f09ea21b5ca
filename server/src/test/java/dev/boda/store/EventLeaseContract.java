package dev.boda.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.store.EventQueue.Settlement;
import dev.boda.store.EventQueue.ShardLease;
import dev.boda.store.EventQueue.WaitingLane;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who may run and settle an event of an [EventQueue]: `docs/decisions/0019-who-runs-an-event.md`.
abstract class EventLeaseContract extends EventQueueFixture {

    @Test
    void aLeaseThatRanOutIsRefusedAndItsEventWaitsAgain() throws Exception {
        add("id");
        var leased = lease("a").getFirst();
        advance(MINUTE.minusMillis(1));
        assertThat(lease("a")).isEmpty();
        assertThat(lanes("a")).isEmpty();
        advance(Duration.ofMillis(1));

        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        assertLost(() -> queue.extend(leased.shard(), List.of(leased.event()), MINUTE));
        assertThat(lanes("a"))
                .containsExactly(new WaitingLane(LANE, leased.event().due()));
        var again = lease("a").getFirst();
        assertThat(again.event().lease()).isGreaterThan(leased.event().lease());
        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        queue.settle(again.shard(), List.of(again.done()));
        assertThat(queue.size()).isZero();
    }

    @Test
    void whatWasLeasedForTooLongIsLeasedAgainByWhoeverDoesNotAskForLanesFirst() {
        add("id");
        lease("a");
        advance(MINUTE);

        assertThat(lease("a")).extracting(Leased::id).containsExactly("id");
    }

    @Test
    void aLeaseThatWasExtendedLastsLonger() throws Exception {
        add("id");
        var leased = lease("a").getFirst();
        advance(Duration.ofSeconds(59));
        queue.extend(leased.shard(), List.of(leased.event()), MINUTE);
        advance(Duration.ofSeconds(59));

        assertThat(lease("a")).isEmpty();
        queue.settle(leased.shard(), List.of(leased.done()));
        assertThat(queue.size()).isZero();
    }

    @Test
    void anOwnerKeepsItsShardsUnderTheSameEpochForAsLongAsItAsksInTime() throws Exception {
        var shards = queue.claim("a", MINUTE);
        assertThat(shards)
                .extracting(ShardLease::shard)
                .hasSize(EventQueue.SHARDS)
                .doesNotHaveDuplicates();
        advance(Duration.ofSeconds(59));
        assertThat(queue.claim("a", MINUTE)).isEqualTo(shards);
        advance(Duration.ofSeconds(59));

        assertThat(queue.claim("b", MINUTE)).isEmpty();
        assertThat(queue.lanes(shards.getFirst())).isEmpty();
    }

    @Test
    void anOwnerThatAsksTooLateTakesItsShardsAnew() throws Exception {
        add("id");
        var late = lease(queue, queue.claim("a", MINUTE), LANE, HOUR).getFirst();
        advance(MINUTE);
        assertLost(() -> queue.settle(late.shard(), List.of(late.done())));

        assertThat(queue.claim("a", MINUTE))
                .allSatisfy(shard ->
                        assertThat(shard.epoch()).isGreaterThan(late.shard().epoch()));
        assertLost(() -> queue.settle(late.shard(), List.of(late.done())));
        assertLost(() -> queue.lanes(late.shard()));
        assertLost(() -> queue.lease(late.shard(), LANE, 1, MINUTE));
        assertThat(lease("a")).extracting(Leased::id).containsExactly("id");
    }

    @Test
    void theEventsOfADeadOwnerComeBackToTheNextUnderAHigherEpoch() throws Exception {
        add("id");
        var dead = lease(queue, queue.claim("a", MINUTE), LANE, HOUR).getFirst();
        advance(MINUTE);

        var next = lease("b").getFirst();
        assertThat(next.id()).isEqualTo("id");
        assertThat(next.shard().epoch()).isGreaterThan(dead.shard().epoch());
        assertThat(next.event().lease()).isGreaterThan(dead.event().lease());
        assertLost(() -> queue.settle(dead.shard(), List.of(dead.done())));
        assertThat(queue.size()).isEqualTo(1);
        queue.settle(next.shard(), List.of(next.done()));
        assertThat(queue.size()).isZero();
    }

    @Test
    void whoLostTheShardIsRefusedWhateverItDoes() throws Exception {
        add("1", "2");
        var lost = lease(queue, queue.claim("a", MINUTE), LANE, HOUR).getFirst();
        var shard = lost.shard();
        advance(MINUTE);
        for (int taken = 0; taken < 2; taken++) {
            assertLost(() -> queue.lanes(shard));
            assertLost(() -> queue.lease(shard, LANE, 1, MINUTE));
            assertLost(() -> queue.extend(shard, List.of(lost.event()), MINUTE));
            assertLost(() -> queue.extend(shard, List.of(), MINUTE));
            assertLost(() -> queue.settle(shard, List.of(lost.done())));
            assertLost(() -> queue.settle(
                    shard, List.of(new Settlement.Replaced(lost.event(), List.of(event("new", OTHER, 0))))));
            assertLost(() -> queue.settle(shard, List.of(new Settlement.Again(lost.event(), 0, "changed"))));
            assertLost(() -> queue.release(shard));
            queue.claim("b", HOUR);
        }

        assertThat(lease("b"))
                .extracting(leased -> leased.event().document())
                .containsExactlyInAnyOrder("{\"id\":\"1\"}", "{\"id\":\"2\"}");
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void whatIsLeasedInAShardThatIsGivenBackWaitsAtOnce() throws Exception {
        add("id");
        var leased = lease("a").getFirst();
        queue.release(leased.shard());

        assertLost(() -> queue.settle(leased.shard(), List.of(leased.done())));
        assertThat(queue.claim("b", HOUR)).singleElement().satisfies(shard -> {
            assertThat(shard.shard()).isEqualTo(leased.shard().shard());
            assertThat(shard.epoch()).isGreaterThan(leased.shard().epoch());
        });
        assertThat(lease("b")).extracting(Leased::id).containsExactly("id");
        assertThat(queue.claim("a", HOUR)).hasSize(EventQueue.SHARDS - 1);
    }

    @Test
    void aLeaseOfAnEventThatWasRemovedIsNoneOfAnotherOfItsId() throws Exception {
        add("id");
        var removed = lease("a").getFirst();
        queue.removeLane(LANE);
        add("id");
        var another = lease("a").getFirst();
        assertThat(another.shard()).isEqualTo(removed.shard());

        assertLost(() -> queue.settle(removed.shard(), List.of(removed.done())));
        queue.settle(another.shard(), List.of(another.done()));
    }

    @Test
    void twoOwnersShareAStore() throws Exception {
        var another = open();
        add("1", "2", "3", "4");
        var shards = queue.claim("a", HOUR);
        assertThat(another.claim("b", HOUR)).isEmpty();
        int given = LaneShards.first(LANE);
        queue.release(shards.get(given));

        var others = another.claim("b", HOUR);
        assertThat(others).extracting(ShardLease::shard).containsExactly(given);
        var leasedByOther = lease(another, others, LANE, MINUTE);
        var leased = lease(queue, queue.claim("a", HOUR), LANE, MINUTE);
        assertThat(leasedByOther).hasSize(2);
        assertThat(leased).hasSize(2);
        for (Leased its : leasedByOther) {
            assertLost(() -> queue.settle(shards.get(given), List.of(its.done())));
            another.settle(its.shard(), List.of(its.done()));
        }
        assertThat(lease(another, another.claim("b", HOUR), LANE, MINUTE)).isEmpty();
    }
}
