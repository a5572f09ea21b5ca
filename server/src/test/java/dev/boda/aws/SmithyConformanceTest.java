package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.aws.model.ServiceModel;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.AssertionFailedError;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.ObjectNode;

/// The wire layer holds against AWS's own cases of its protocols. Where AWS's services, or Boda, do otherwise, the
/// case stands in `smithy-differences.txt` with the reason; one that passes may not stand there.
/// `ID#3` is one of a case's parameters, `ID@RESPONSE` the answer where a request has the same id.
final class SmithyConformanceTest {

    private static final int ALLOWED_PERCENT = 5;
    private static final software.amazon.smithy.model.Model MODEL = SmithyCase.model();
    private static final List<SmithyCase> CASES = SmithyCase.all(MODEL);
    private static final Map<String, ServiceModel> FACTS = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> aCaseOfTheProtocolHolds() throws IOException {
        var differences = differences();
        return CASES.stream()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> {
                    if (reason(differences, each).isEmpty()) {
                        hold(each);
                    } else if (holds(each)) {
                        throw new AssertionFailedError(each + " holds: take it out of the list of differences");
                    }
                }));
    }

    @Test
    void fewCasesOfAProtocolDiffer() throws IOException {
        var differences = differences();
        for (var protocol : SmithyCase.PROTOCOLS) {
            var cases = CASES.stream()
                    .filter(each -> each.protocol().equals(protocol))
                    .toList();
            long differing = cases.stream()
                    .filter(each -> !reason(differences, each).isEmpty())
                    .count();

            assertThat(cases).as(protocol).hasSizeGreaterThan(40);
            assertThat(differing)
                    .as("%s of %s cases of %s", differing, cases.size(), protocol)
                    .isLessThanOrEqualTo((long) cases.size() * ALLOWED_PERCENT / 100);
        }
    }

    @Test
    void everyDifferenceNamesACaseAndAReason() throws IOException {
        differences().forEach((name, reason) -> {
            assertThat(CASES).as(name).anyMatch(each -> named(each, name));
            assertThat(reason).as(name).isNotBlank();
        });
    }

    private static boolean holds(SmithyCase each) throws Exception {
        try {
            hold(each);
            return true;
        } catch (AssertionError | RuntimeException differs) {
            return false;
        }
    }

    private static void hold(SmithyCase each) throws Exception {
        var facts = FACTS.computeIfAbsent(
                each.protocol() + each.service().getId(), _ -> SmithyFacts.of(MODEL, each.service(), each.protocol()));
        var door = new SmithyDoor(facts);
        switch (each.kind()) {
            case REQUEST -> {
                var operation = facts.operations().get(each.operation());
                assertThat(operation).isNotNull();
                assertThat(door.read(each.operation(), each.facts()))
                        .isEqualTo(new SmithyValues(facts)
                                .structure(operation == null ? null : operation.input(), params(each)));
            }
            case RESPONSE ->
                SmithyAnswers.check(
                        each.facts(),
                        each.shape().equals(each.operation())
                                ? door.write(each.operation(), params(each))
                                : door.refuse(each.shape(), params(each)));
            case MALFORMED ->
                SmithyAnswers.check(
                        each.facts().expectObjectMember("response"),
                        door.answer(each.facts().expectObjectMember("request")));
        }
    }

    private static ObjectNode params(SmithyCase each) {
        return each.facts().getObjectMember("params").orElse(Node.objectNode());
    }

    private static String reason(Map<String, String> differences, SmithyCase each) {
        return differences.entrySet().stream()
                .filter(entry -> named(each, entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static boolean named(SmithyCase each, String name) {
        return each.name().equals(name)
                || each.name().startsWith(name + "#")
                || name.equals(each.name() + "@" + each.kind());
    }

    /// A reason in a line that begins with `#`, the cases that it is the reason of below.
    private static Map<String, String> differences() throws IOException {
        try (var stream = SmithyConformanceTest.class.getResourceAsStream("smithy-differences.txt")) {
            if (stream == null) {
                throw new AssertionError("The list of differences is gone");
            }
            var differences = new LinkedHashMap<String, String>();
            var reason = "";
            for (var line : new String(stream.readAllBytes(), UTF_8).lines().toList()) {
                if (line.startsWith("#")) {
                    reason = line.substring(1).strip();
                } else if (!line.isBlank()) {
                    differences.put(line.strip(), reason);
                }
            }
            return differences;
        }
    }
}
