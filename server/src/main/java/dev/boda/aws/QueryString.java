package dev.boda.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The parameters of a query string, decoded, in their order.
public record QueryString(List<Parameter> parameters) {

    private static final QueryString EMPTY = new QueryString(List.of());

    public record Parameter(String name, String value) {}

    public static QueryString parse(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        var parameters = new ArrayList<Parameter>();
        for (var part : raw.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                parameters.add(new Parameter(
                        PercentEncoding.decodeQuery(equals < 0 ? part : part.substring(0, equals)),
                        equals < 0 ? "" : PercentEncoding.decodeQuery(part.substring(equals + 1))));
            }
        }
        return new QueryString(parameters);
    }

    Optional<String> first(String name) {
        for (var parameter : parameters) {
            if (parameter.name.equals(name)) {
                return Optional.of(parameter.value);
            }
        }
        return Optional.empty();
    }

    List<String> all(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name.equals(name))
                .map(Parameter::value)
                .toList();
    }
}
