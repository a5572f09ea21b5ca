package dev.boda.store;

final class InMemoryEventQueueTest extends EventQueueContract {

    private final InMemoryEventQueue only = new InMemoryEventQueue(clock);

    @Override
    EventQueue open() {
        return only;
    }

    @Override
    void close() {}

    @Override
    void available(boolean is) {
        only.unavailable(!is);
    }
}
