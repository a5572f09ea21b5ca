package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ServiceException;
import dev.boda.engine.ProvisionedSlots;
import dev.boda.engine.QuotaSource;
import dev.boda.engine.QuotaSource.Share;
import dev.boda.engine.Scope;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Concurrency that is reserved through the catalogue, and what invocations are told of it.
final class ReservedConcurrencyTest extends CatalogOverStore {

    private static final FunctionName OTHER = new FunctionName("111111111111", "us-east-1", "other");
    private static final FunctionName ELSEWHERE = new FunctionName("111111111111", "eu-west-1", "hello");

    private int unreserved() {
        return concurrency.unreserved("111111111111", "us-east-1");
    }

    private void assertTooMuch(FunctionName name, int executions) {
        assertThatThrownBy(() -> catalog.reserve(name, Optional.of(executions)))
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        refusal -> assertThat(refusal.sentence())
                                .isEqualTo("Specified ReservedConcurrentExecutions for function decreases account's"
                                        + " UnreservedConcurrentExecution below its minimum value of [100]."));
    }

    @Test
    void whatIsReservedIsTheFunctionsAndNobodyElses() throws Exception {
        ready();
        assertThat(concurrency.reserved(HELLO)).isEmpty();
        catalog.reserve(HELLO, Optional.of(300));
        assertThat(concurrency.reserved(HELLO)).isEqualTo(OptionalInt.of(300));
        assertThat(unreserved()).isEqualTo(700);
        assertThat(concurrency.unreserved("111111111111", "eu-west-1")).isEqualTo(1_000);
        catalog.reserve(HELLO, Optional.of(0));
        assertThat(concurrency.reserved(HELLO)).isEqualTo(OptionalInt.of(0));
        assertThat(unreserved()).isEqualTo(1_000);
        catalog.reserve(HELLO, Optional.of(5));
        catalog.reserve(HELLO, Optional.empty());
        assertThat(concurrency.reserved(HELLO)).isEmpty();
        assertThat(unreserved()).isEqualTo(1_000);
    }

    @Test
    void invocationsCountWhereTheirFunctionsConcurrencyIs() throws Exception {
        ready();
        var quotas = QuotaSource.all(concurrency, new ProvisionedSlots());
        var version = catalog.resolve(LATEST);
        create(OTHER, SETTINGS, CODE);
        catalog.reserve(OTHER, Optional.of(40));
        assertThat(quotas.shares(version))
                .containsExactly(
                        new Share(new Scope.Function(HELLO), Integer.MAX_VALUE),
                        new Share(new Scope.Account("111111111111", "us-east-1"), 960));
        catalog.reserve(HELLO, Optional.of(3));
        assertThat(quotas.shares(version)).containsExactly(new Share(new Scope.Function(HELLO), 3));
        assertThat(quotas.provisioned(version)).isEmpty();
    }

    @Test
    void whatIsProvisionedIsTakenFromWhereItsFunctionsConcurrencyIs() throws Exception {
        ready();
        var slots = new ProvisionedSlots();
        var quotas = QuotaSource.all(concurrency, slots);
        var version = catalog.resolve(LATEST);
        var counted = new Share(new Scope.Function(HELLO), Integer.MAX_VALUE);
        var account = new Share(new Scope.Account("111111111111", "us-east-1"), 1_000);
        var own = new Share(new Scope.Provisioned(version.id()), 2);
        slots.set(version, 2);
        assertThat(quotas.provisioned(version)).containsExactly(counted, account, own);
        assertThat(quotas.shares(version))
                .containsExactly(counted, account, new Share(new Scope.OnDemand(account.scope()), 998));
        catalog.reserve(HELLO, Optional.of(3));
        var reserved = new Share(new Scope.Function(HELLO), 3);
        assertThat(quotas.provisioned(version)).containsExactly(reserved, own);
        assertThat(quotas.shares(version))
                .containsExactly(reserved, new Share(new Scope.OnDemand(reserved.scope()), 1));
        catalog.reserve(HELLO, Optional.of(0));
        var none = new Share(new Scope.Function(HELLO), 0);
        assertThat(quotas.provisioned(version)).as("0 is off").containsExactly(none, own);
        assertThat(quotas.shares(version)).containsExactly(none, new Share(new Scope.OnDemand(none.scope()), 0));
    }

    @Test
    void aHundredStayUnreserved() throws Exception {
        ready();
        create(OTHER, SETTINGS, CODE);
        create(ELSEWHERE, SETTINGS, CODE);
        assertTooMuch(HELLO, 901);
        assertTooMuch(HELLO, Integer.MAX_VALUE);
        catalog.reserve(HELLO, Optional.of(900));
        assertTooMuch(OTHER, 1);
        assertTooMuch(HELLO, 901);
        catalog.reserve(OTHER, Optional.of(0));
        catalog.reserve(ELSEWHERE, Optional.of(900));
        catalog.reserve(HELLO, Optional.of(899));
        catalog.reserve(OTHER, Optional.of(1));
        assertThat(unreserved()).isEqualTo(100);
        assertThat(catalog.get(LATEST).reservedConcurrency()).contains(899);
    }

    @Test
    void aRestartKeepsItAlsoBeyondALimitThatIsLowerNow() throws Exception {
        ready();
        catalog.reserve(HELLO, Optional.of(900));
        concurrency = new ReservedConcurrency(500, 100);
        reopen();
        assertThat(catalog.get(LATEST).reservedConcurrency()).contains(900);
        assertThat(concurrency.reserved(HELLO)).isEqualTo(OptionalInt.of(900));
        assertThat(unreserved()).isZero();
        assertTooMuch(HELLO, 901);
        catalog.reserve(HELLO, Optional.of(450));
        assertThat(unreserved()).isEqualTo(50);
    }

    @Test
    void anUpdateKeepsItAndARemovalEndsIt() throws Exception {
        ready();
        catalog.reserve(HELLO, Optional.of(7));
        update(LATEST, Optional.empty(), function -> function.with(its -> its.code = OTHER_CODE));
        settle();
        assertThat(catalog.get(LATEST).reservedConcurrency()).contains(7);
        assertThat(concurrency.reserved(HELLO)).isEqualTo(OptionalInt.of(7));
        catalog.delete(HELLO);
        assertThat(concurrency.reserved(HELLO)).isEmpty();
        assertThat(unreserved()).isEqualTo(1_000);
        ready();
        assertThat(catalog.get(LATEST).reservedConcurrency()).isEmpty();
        catalog.reserve(HELLO, Optional.of(7));
        catalog.clear();
        assertThat(concurrency.reserved(HELLO)).isEmpty();
        assertThat(unreserved()).isEqualTo(1_000);
    }

    @Test
    void reservingIsNoUpdate() throws Exception {
        var before = ready();
        var after = catalog.reserve(HELLO, Optional.of(7));
        assertThat(after.with(its -> its.reservedConcurrency = Optional.empty()))
                .isEqualTo(before);
        assertThat(retired).isEmpty();
        assertThat(steps).isEmpty();
    }

    @Test
    @Timeout(20)
    void whileAFunctionIsBeingCreatedOrUpdatedItCanReserveAndItsCallersWaitOn() throws Exception {
        create(HELLO, SETTINGS, CODE);
        var version = new AtomicInteger();
        var caller = Thread.ofPlatform().start(() -> {
            try {
                version.set(catalog.resolve(LATEST).id().length());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        while (caller.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        for (int i = 1; i < 5; i++) {
            catalog.reserve(HELLO, Optional.of(i));
        }
        settle();
        caller.join();
        assertThat(version.get()).isPositive();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
        assertThat(catalog.get(LATEST).reservedConcurrency()).contains(4);
    }

    @Test
    void aFunctionThatWasKeptBeforeThereWereReservationsHasNone() {
        ready();
        rewrite(document -> document.replace(",\"reservedConcurrency\":null", ""));
        reopen();
        assertThat(catalog.get(LATEST).reservedConcurrency()).isEmpty();
        assertThat(concurrency.reserved(HELLO)).isEmpty();
    }

    @Test
    @Timeout(20)
    void manyAtOnceNeverReserveMoreThanThereIs() throws Exception {
        var threads = new ArrayList<Thread>();
        var reserved = new AtomicInteger();
        for (int i = 0; i < 12; i++) {
            var name = new FunctionName("111111111111", "us-east-1", "f" + i);
            create(name, SETTINGS, CODE);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    catalog.reserve(name, Optional.of(100));
                    reserved.incrementAndGet();
                } catch (ServiceException | InterruptedException _) {
                    Thread.onSpinWait();
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }
        assertThat(reserved.get()).isEqualTo(9);
        assertThat(unreserved()).isEqualTo(100);
    }
}
