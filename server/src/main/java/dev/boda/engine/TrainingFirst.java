package dev.boda.engine;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What runs for nobody ends before what is idle.
///
/// @param others end next
record TrainingFirst(Optional<StartCacheTraining> training, Room.Evictor others) implements Room.Evictor {

    @Override
    public @Nullable ExecutionEnvironment evictOne(Duration idleFor) {
        var trained = training.map(StartCacheTraining::giveWay).orElse(null);
        return trained == null ? others.evictOne(idleFor) : trained;
    }

    @Override
    public long idleBytes(Duration idleFor) {
        return others.idleBytes(idleFor)
                + training.map(StartCacheTraining::bytes).orElse(0L);
    }
}
