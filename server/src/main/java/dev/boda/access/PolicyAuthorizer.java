package dev.boda.access;

import dev.boda.access.ResourcePolicies.Statement;
import dev.boda.aws.Arn;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/// Lets everybody do everything with what is their account's own, and with the functions of another account what these
/// functions' resource-based policies permit. Has every request recorded.
///
/// Identity-based policies are not built, so that nobody has less than his account. What makes a function is about
/// nothing that could have a policy yet; CreateFunction itself refuses to make one of another account.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>
public final class PolicyAuthorizer implements Authorizer {

    private static final String FUNCTION = "function:";
    private static final String CREATION = "lambda:CreateFunction";
    private static final String EVERYTHING = "*";

    private final ResourcePolicies policies;
    private final BiConsumer<AccessRequest, Boolean> record;

    /// @param record is told of every request and whether it is allowed, on the thread that asks
    public PolicyAuthorizer(ResourcePolicies policies, BiConsumer<AccessRequest, Boolean> record) {
        this.policies = policies;
        this.record = record;
    }

    @Override
    public boolean allows(AccessRequest request) {
        boolean allowed = isOwn(request) || isPermitted(request);
        record.accept(request, allowed);
        return allowed;
    }

    private static boolean isOwn(AccessRequest request) {
        if (request.principal() instanceof Principal.Public) {
            return false;
        }
        var account = request.account();
        var resource = Arn.parse(request.resource());
        return account.isEmpty()
                || resource.isEmpty()
                || resource.get().account().equals(account)
                || !resource.get().resource().startsWith(FUNCTION)
                || request.action().equals(CREATION);
    }

    private boolean isPermitted(AccessRequest request) {
        return Arn.parse(request.resource())
                .filter(resource -> policies.of(resource).stream().anyMatch(statement -> permits(statement, request)))
                .isPresent();
    }

    private static boolean permits(Statement statement, AccessRequest request) {
        var action = statement.action();
        return (action.equals(EVERYTHING) || action.equals("lambda:*") || action.equals(request.action()))
                && names(statement.principal(), request)
                && statement.condition().entrySet().stream()
                        .allMatch(operator -> operator.getValue().entrySet().stream()
                                .allMatch(key -> holds(operator.getKey(), key.getKey(), key.getValue(), request)));
    }

    private static boolean names(Map<String, String> named, AccessRequest request) {
        if (named.isEmpty()) {
            return true;
        }
        return switch (request.principal()) {
            case Principal.AwsService(var name) -> name.equals(named.get("Service"));
            case Principal.Public _ -> false;
            case Principal.Root _, Principal.Unverified _, Principal.Anonymous _ ->
                isRootOf(named.getOrDefault("AWS", ""), request.account());
            case Principal.RoleSession session -> {
                var arn = named.getOrDefault("AWS", "");
                yield isRootOf(arn, request.account())
                        || arn.equals(session.role().toString())
                        || arn.equals(session.name());
            }
        };
    }

    private static boolean isRootOf(String arn, String account) {
        return arn.endsWith(":iam::" + account + ":root");
    }

    /// A key that the request does not have holds for nothing, nor does an operator that AddPermission does not write.
    private static boolean holds(String operator, String key, String wanted, AccessRequest request) {
        return request.conditions().get().entrySet().stream()
                .filter(known -> known.getKey().equalsIgnoreCase(key))
                .flatMap(known -> known.getValue().stream())
                .anyMatch(value -> switch (operator) {
                    case "ArnLike" -> pattern(wanted).matcher(value).matches();
                    case "Bool" -> wanted.equalsIgnoreCase(value);
                    case "StringEquals" -> wanted.equals(value);
                    default -> false;
                });
    }

    /// Where `*` stands for any characters, `?` for one.
    private static Pattern pattern(String wanted) {
        return Pattern.compile(Pattern.quote(wanted).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"));
    }
}
