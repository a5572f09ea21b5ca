package dev.boda.aws;

import dev.boda.aws.model.AccessFact;
import dev.boda.aws.model.OperationModel;
import dev.boda.aws.model.ServiceModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// The one place where a call becomes access requests: one for each permission that AWS asks for, before the operation
/// acts. Action and resource come from the facts `access/SERVICE.json`.
final class OperationAccess {

    private static final String EACH_TAG = "/${TagKey}";

    private record Rule(
            String action,
            ResourceTemplate resource,
            @Nullable String given,
            Map<String, ResourceTemplate> conditions) {}

    private final SdkMembers members;
    private final AccessGate gate;
    private final int status;
    private final Map<String, List<Rule>> rules = new HashMap<>();

    /// @param status of a refusal
    OperationAccess(ServiceModel model, SdkMembers members, AccessGate gate, int status) {
        this.members = members;
        this.gate = gate;
        this.status = status;
        model.operations()
                .forEach((name, operation) -> rules.put(
                        name,
                        operation.access().stream()
                                .map(fact -> rule(fact, model))
                                .toList()));
    }

    private static Rule rule(AccessFact fact, ServiceModel model) {
        var conditions = new LinkedHashMap<String, ResourceTemplate>();
        fact.conditions().forEach((key, value) -> conditions.put(key, template(value, model)));
        return new Rule(fact.action(), template(fact.resource(), model), fact.given(), conditions);
    }

    private static ResourceTemplate template(String text, ServiceModel model) {
        return ResourceTemplate.compile(text, model.signingName());
    }

    /// Whether the input of `operation` says which resources are meant. Where it does not, who builds it has to ask
    /// with those that it finds.
    boolean isKnown(String operation) {
        return rulesOf(operation).stream().allMatch(rule -> rule.resource.isKnown());
    }

    private List<Rule> rulesOf(String operation) {
        return rules.getOrDefault(operation, List.of());
    }

    /// Throws AWS's refusal unless the caller may do what `input` asks for.
    void check(OperationModel operation, SdkPojo input, ApiCall call) {
        for (var rule : rulesOf(operation.name())) {
            Function<String, @Nullable Object> values = path -> value(input, path);
            if (rule.given != null && !isGiven(values.apply(rule.given))) {
                continue;
            }
            for (var resource : rule.resource.resolve(values, call.caller())) {
                var asked = new AskedAccess(call, rule.action, resource, () -> conditions(rule, values, call.caller()));
                gate.refused(asked).ifPresent(who -> {
                    boolean foreign = Arn.parse(resource)
                            .filter(arn -> !arn.account().equals(call.caller().account()))
                            .isPresent();
                    throw Refusals.accessDenied(status, who, rule.action, resource, foreign);
                });
            }
        }
    }

    private static boolean isGiven(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Collection<?> items -> !items.isEmpty();
            case Map<?, ?> entries -> !entries.isEmpty();
            default -> !value.toString().isEmpty();
        };
    }

    /// @param path `VpcConfig.SubnetIds`
    private @Nullable Object value(SdkPojo input, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            return members.value(input, path);
        }
        return members.value(input, path.substring(0, dot)) instanceof SdkPojo inner
                ? value(inner, path.substring(dot + 1))
                : null;
    }

    /// Keys whose members the input does not have are left out.
    private static Map<String, List<String>> conditions(
            Rule rule, Function<String, @Nullable Object> values, Caller caller) {
        var found = new LinkedHashMap<String, List<String>>();
        rule.conditions.forEach((key, template) -> {
            if (template.member().isEmpty()) {
                found.put(key, List.of(template.toString()));
                return;
            }
            var member = values.apply(template.member().get());
            if (!isGiven(member)) {
                return;
            }
            if (!(member instanceof Map<?, ?> tags)) {
                found.put(key, template.resolve(values, caller));
            } else if (key.endsWith(EACH_TAG)) {
                tags.forEach((tag, value) -> found.put(
                        key.substring(0, key.length() - EACH_TAG.length() + 1) + tag, List.of(String.valueOf(value))));
            } else {
                var names = new ArrayList<String>();
                tags.keySet().forEach(tag -> names.add(tag.toString()));
                found.put(key, names);
            }
        });
        return found;
    }
}
