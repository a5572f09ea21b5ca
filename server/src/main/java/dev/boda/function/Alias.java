package dev.boda.function;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A name for a version, or for two of them that share invocations by weight.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html>
///
/// @param version     `$LATEST` or a number
/// @param weights     of the other version, 0 to 1: how large a share of the invocations it gets
/// @param revisionId  a UUID; changes with every change
/// @param policy      who may invoke it by this name
/// @param provisioned environments that are kept initialised for its version
/// @param eventInvoke how its asynchronous invocations are tried again
public record Alias(
        String name,
        String version,
        String description,
        Map<String, Double> weights,
        String revisionId,
        ResourcePolicy policy,
        Optional<ProvisionedRequest> provisioned,
        Optional<EventInvokeConfig> eventInvoke) {

    public Alias {
        weights = Map.copyOf(Objects.requireNonNullElse(weights, Map.of()));
        policy = Objects.requireNonNullElse(policy, ResourcePolicy.NONE);
    }

    /// Which version an invocation runs.
    String choose(RandomGenerator random) {
        if (!weights.isEmpty()) {
            double chosen = random.nextDouble();
            for (var other : weights.entrySet()) {
                chosen -= other.getValue();
                if (chosen < 0) {
                    return other.getKey();
                }
            }
        }
        return version;
    }

    /// Whether invocations of it may run this version.
    public boolean refersTo(String number) {
        return version.equals(number) || weights.containsKey(number);
    }

    Alias with(String newVersion, String newDescription, Map<String, Double> newWeights, String newRevisionId) {
        return new Alias(name, newVersion, newDescription, newWeights, newRevisionId, policy, provisioned, eventInvoke);
    }

    Alias withPolicy(ResourcePolicy changed, String newRevisionId) {
        return new Alias(name, version, description, weights, newRevisionId, changed, provisioned, eventInvoke);
    }

    Alias withProvisioned(Optional<ProvisionedRequest> changed) {
        return new Alias(name, version, description, weights, revisionId, policy, changed, eventInvoke);
    }

    Alias withEventInvoke(Optional<EventInvokeConfig> changed) {
        return new Alias(name, version, description, weights, revisionId, policy, provisioned, changed);
    }
}
