package dev.boda.aws;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the `Host` header says of a request: `lambda.us-east-1.amazonaws.com`,
/// `lambda.us-east-1.localhost.localstack.cloud:4566`, `lambda.localhost`; nothing for `localhost` and addresses.
record HostName(Optional<String> service, Optional<String> region) {

    private static final HostName NOTHING = new HostName(Optional.empty(), Optional.empty());
    private static final List<String> SUFFIXES =
            List.of(".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".localhost.localstack.cloud", ".localhost");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d{1,2}");

    static HostName parse(String host) {
        int colon = host.lastIndexOf(':');
        var name = (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
        for (var suffix : SUFFIXES) {
            if (name.endsWith(suffix)) {
                var labels = name.substring(0, name.length() - suffix.length()).split("\\.", -1);
                var region =
                        labels.length > 1 && isRegion(labels[1]) ? Optional.of(labels[1]) : Optional.<String>empty();
                return new HostName(Optional.of(withoutVariant(labels[0])), region);
            }
        }
        return NOTHING;
    }

    /// Whether `name`, without a port and in lower case, is one that AWS's tools call a server of AWS's APIs by.
    static boolean isAws(String name) {
        return name.equals("localhost.localstack.cloud") || SUFFIXES.stream().anyMatch(name::endsWith);
    }

    /// Whether `text` has the form of a region's name, of whatever partition.
    static boolean isRegion(String text) {
        return REGION.matcher(text).matches();
    }

    /// `lambda-fips` is lambda, `streaming-logs` and `stream-logs` are logs.
    private static String withoutVariant(String label) {
        var name = label.endsWith("-fips") ? label.substring(0, label.length() - "-fips".length()) : label;
        if (name.startsWith("stream-")) {
            return name.substring("stream-".length());
        }
        return name.startsWith("streaming-") ? name.substring("streaming-".length()) : name;
    }
}
