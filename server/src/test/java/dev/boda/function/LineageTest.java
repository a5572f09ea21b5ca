package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who was invoked because of one event, and how often.
final class LineageTest {

    private static final FunctionName A = function("a");
    private static final FunctionName B = function("b");

    private static FunctionName function(String name) {
        return new FunctionName("111111111111", "us-east-1", name);
    }

    private static Lineage chain(FunctionName... functions) {
        var lineage = Lineage.parse("");
        for (var function : functions) {
            // As it travels: every function hands on text.
            lineage = Lineage.parse(lineage.with(function).toString());
        }
        return lineage;
    }

    private static Lineage times(int times, FunctionName function) {
        return chain(IntStream.range(0, times).mapToObj(_ -> function).toArray(FunctionName[]::new));
    }

    @Test
    void oneFunctionIsCountedAsAwsWritesIt() {
        assertThat(chain(A).toString()).matches("1:[0-9a-f]{8}:0");
        assertThat(chain(A, A, A).toString()).matches("3:[0-9a-f]{8}:2");
        assertThat(chain(A).visits()).isNotEqualTo(chain(B).visits());
        assertThat(chain(A).visits()).isEqualTo(chain(A).visits());
    }

    @Test
    void severalFunctionsAreCountedEachByItself() {
        var lineage = chain(A, B, A, A);
        assertThat(lineage.toString()).matches("4:[0-9a-f]{8}:2\\|[0-9a-f]{8}:0");
        assertThat(lineage.invocations(A)).isEqualTo(3);
        assertThat(lineage.invocations(B)).isEqualTo(1);
        assertThat(lineage.invocations(function("c"))).isZero();
    }

    @Test
    void theSeventeenthInvocationOfAFunctionIsALoop() {
        assertThat(times(16, A).isLoop(A)).isFalse();
        assertThat(times(17, A).isLoop(A)).isTrue();
        assertThat(times(17, A).isLoop(B)).isFalse();
        assertThat(times(17, A).with(B).isLoop(B)).isFalse();
    }

    @Test
    void functionsOfOneNameElsewhereAreOthers() {
        var loop = times(17, A);
        assertThat(loop.isLoop(new FunctionName("222222222222", "us-east-1", "a")))
                .isFalse();
        assertThat(loop.isLoop(new FunctionName("111111111111", "eu-west-1", "a")))
                .isFalse();
    }

    @Test
    void aLongChainOfDifferentFunctionsIsNone() {
        var many = IntStream.range(0, 400).mapToObj(i -> function("f" + i)).toArray(FunctionName[]::new);
        var lineage = chain(many);
        assertThat(lineage.requests()).isEqualTo(255);
        assertThat(lineage.visits()).hasSize(14);
        assertThat(many).noneMatch(lineage::isLoop);
    }

    /// A loop that is entered late is found by what came back, which is not forgotten for what did not.
    @Test
    void aLoopBehindALongChainIsFound() {
        var lineage =
                chain(IntStream.range(0, 40).mapToObj(i -> function("f" + i)).toArray(FunctionName[]::new));
        for (int i = 0; i < 16; i++) {
            assertThat(lineage.with(A).isLoop(A)).isFalse();
            lineage = lineage.with(A).with(B).with(function("g" + i));
        }
        assertThat(lineage.with(A).isLoop(A)).isTrue();
    }

    @Test
    void theHeaderStaysAsShortAsXrayHasIt() {
        var lineage = chain();
        for (int i = 0; i < 14; i++) {
            for (int times = 0; times < 18; times++) {
                lineage = lineage.with(function("f" + i));
            }
        }
        var header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=" + lineage;
        assertThat(header).hasSizeLessThanOrEqualTo(256);
        assertThat(Lineage.of(header)).isEqualTo(lineage);
    }

    @Test
    void awssOlderFormIsRead() {
        var lineage = Lineage.parse("a87bd80c:1|68fd508a:5|c512fbe3:2");
        assertThat(lineage.requests()).isEqualTo(11);
        assertThat(lineage.toString()).isEqualTo("11:a87bd80c:1|68fd508a:5|c512fbe3:2");
        assertThat(Lineage.parse("2:eb76caae:0").toString()).isEqualTo("2:eb76caae:0");
    }

    @Test
    void countsEndSomewhere() {
        var lineage = Lineage.parse(
                        "999:" + Lineage.parse("").with(A).visits().getFirst().hash() + ":99999")
                .with(A);
        assertThat(lineage.requests()).isEqualTo(255);
        assertThat(lineage.visits().getFirst().again()).isEqualTo(32_767);
    }

    @Test
    void itStandsAnywhereInAHeader() {
        assertThat(Lineage.of("Lineage=1:eb76caae:0;Root=1-0-0").requests()).isEqualTo(1);
        assertThat(Lineage.of("Root=1-0-0;Lineage=3:eb76caae:2").requests()).isEqualTo(3);
        assertThat(Lineage.of("Root=1-0-0;Parent=0;Sampled=0").visits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1:eb76caae",
                "eb76caae",
                "1:eb76caaz:0",
                "1:eb76caae:0|",
                "1:eb76caae:-1",
                "x:eb76caae:0",
                "1:2:eb76caae:0",
                "1:eb76caae:123456",
                "9999:eb76caae:0"
            })
    void whatIsNotWellFormedSaysNothing(String text) {
        assertThat(Lineage.parse(text)).isEqualTo(new Lineage(0, List.of()));
    }
}
