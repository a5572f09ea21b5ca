package dev.boda.function;

import java.util.List;
import java.util.Set;

/// AWS's runtime ids. A table, not a calendar: an id that AWS has deprecated stays creatable here for as long as AWS
/// itself prints it among the accepted ones, on whatever day.
final class RuntimeIds {

    /// What AWS accepts of everybody, in the order in which its error prints them (recorded in January 2026).
    static final List<String> ACCEPTED = List.of(
            "nodejs20.x",
            "python3.14",
            "provided.al2023",
            "python3.12",
            "python3.13",
            "nodejs24.x",
            "nodejs22.x",
            "java25",
            "python3.10",
            "python3.11",
            "java21",
            "ruby3.3",
            "ruby3.4",
            "ruby3.2",
            "python3.8",
            "python3.9",
            "java17",
            "nodejs16.x",
            "dotnet10",
            "dotnet8",
            "java11",
            "dotnet6",
            "nodejs18.x",
            "provided.al2",
            "java8.al2");

    /// What the model has and the recording not yet.
    static final Set<String> NEWER = Set.of("ruby4.0", "java8.al2023", "java11.al2023", "java17.al2023");

    /// What AWS once accepted: its model still has them, creating and updating is refused in other words.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    static final Set<String> RETIRED = Set.of(
            "nodejs",
            "nodejs4.3",
            "nodejs4.3-edge",
            "nodejs6.10",
            "nodejs8.10",
            "nodejs10.x",
            "nodejs12.x",
            "nodejs14.x",
            "java8",
            "python2.7",
            "python3.6",
            "python3.7",
            "dotnetcore1.0",
            "dotnetcore2.0",
            "dotnetcore2.1",
            "dotnetcore3.1",
            "dotnet5.0",
            "go1.x",
            "ruby2.5",
            "ruby2.7",
            "provided");

    private RuntimeIds() {}

    /// Refuses an id that AWS does not accept.
    static void check(String id) {
        if (RETIRED.contains(id)) {
            throw LambdaErrors.retiredRuntime(id);
        }
        if (!ACCEPTED.contains(id) && !NEWER.contains(id)) {
            throw LambdaErrors.unknownRuntime(id, ACCEPTED);
        }
    }
}
