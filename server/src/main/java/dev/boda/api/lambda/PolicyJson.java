package dev.boda.api.lambda;

import dev.boda.function.ResourcePolicy;
import dev.boda.function.ResourcePolicy.Statement;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Policies as the text that AWS's answers hold, with the members in its order.
final class PolicyJson {

    private static final JsonMapper JSON = new JsonMapper();

    private PolicyJson() {}

    static String of(ResourcePolicy policy) {
        var document = JSON.createObjectNode();
        document.put("Version", "2012-10-17").put("Id", "default");
        var statements = document.putArray("Statement");
        policy.statements().forEach(statement -> statements.add(node(statement)));
        return JSON.writeValueAsString(document);
    }

    static String of(Statement statement) {
        return JSON.writeValueAsString(node(statement));
    }

    private static ObjectNode node(Statement statement) {
        var node = JSON.createObjectNode();
        node.put("Sid", statement.sid()).put("Effect", "Allow");
        if (statement.principal().isEmpty()) {
            node.put("Principal", "*");
        } else {
            statement.principal().forEach(node.putObject("Principal")::put);
        }
        node.put("Action", statement.action()).put("Resource", statement.resource());
        if (!statement.condition().isEmpty()) {
            var condition = node.putObject("Condition");
            statement.condition().forEach((operator, keys) -> keys.forEach(condition.putObject(operator)::put));
        }
        return node;
    }
}
