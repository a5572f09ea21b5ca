package dev.boda.aws;

import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.UriTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the operation of a method and a path. A template with a query literal goes before one without, a literal
/// segment before a label.
final class RestRouter {

    private final Map<String, List<OperationModel>> byMethod = new HashMap<>();

    RestRouter(Collection<OperationModel> operations) {
        for (var operation : operations) {
            byMethod.computeIfAbsent(operation.method(), _ -> new ArrayList<>()).add(operation);
        }
        byMethod.values()
                .forEach(list -> list.sort(Comparator.comparingInt(RestRouter::labels)
                        .thenComparingInt(operation -> -operation.uri().query().size())));
    }

    Optional<Protocol.Route> route(String method, String rawPath, String rawQuery) {
        var path = UriTemplate.split(rawPath);
        for (var operation : byMethod.getOrDefault(method, List.of())) {
            var labels = operation.uri().match(path);
            if (labels.isPresent() && holds(rawQuery, operation.uri().query())) {
                return Optional.of(new Protocol.Route(operation, decoded(labels.get())));
            }
        }
        return Optional.empty();
    }

    private static boolean holds(String rawQuery, Map<String, String> literals) {
        if (literals.isEmpty()) {
            return true;
        }
        var query = QueryString.parse(rawQuery);
        return literals.entrySet().stream()
                .allMatch(literal -> query.all(literal.getKey()).contains(literal.getValue()));
    }

    private static Map<String, String> decoded(Map<String, String> labels) {
        if (!labels.isEmpty()) {
            labels.replaceAll((_, value) -> PercentEncoding.decode(value));
        }
        return labels;
    }

    private static int labels(OperationModel operation) {
        return (int) operation.uri().segments().stream()
                .filter(UriTemplate.Segment::label)
                .count();
    }
}
