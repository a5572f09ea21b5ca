package dev.boda.function;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A resource-based policy as AWS shows it: a JSON document, its members in its order.
public final class PolicyDocument {

    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    static final int MOST_BYTES = 20 << 10;

    private static final JsonMapper JSON = new JsonMapper();

    private PolicyDocument() {}

    public static String of(ResourcePolicy policy) {
        var document = new LinkedHashMap<String, Object>();
        document.put("Version", "2012-10-17");
        document.put("Id", "default");
        document.put(
                "Statement",
                policy.statements().stream().map(PolicyDocument::members).toList());
        return JSON.writeValueAsString(document);
    }

    public static String of(ResourcePolicy.Statement statement) {
        return JSON.writeValueAsString(members(statement));
    }

    private static Map<String, Object> members(ResourcePolicy.Statement statement) {
        var members = new LinkedHashMap<String, Object>();
        members.put("Sid", statement.sid());
        members.put("Effect", "Allow");
        members.put("Principal", statement.principal().isEmpty() ? "*" : statement.principal());
        members.put("Action", statement.action());
        members.put("Resource", statement.resource());
        if (!statement.condition().isEmpty()) {
            members.put("Condition", statement.condition());
        }
        return members;
    }

    /// Refuses a policy that is longer than AWS's may be.
    static void check(ResourcePolicy policy) {
        int bytes = of(policy).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw LayerErrors.policyTooLong(bytes, MOST_BYTES);
        }
    }
}
