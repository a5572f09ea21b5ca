package dev.boda.aws.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A permission that a call of an operation needs, as AWS's Service Authorization Reference has it: beside the one
/// that is its own often others, to pass a role or to tag.
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
///
/// @param action     `lambda:InvokeFunction`
/// @param resource   `function:{FunctionName}{:Qualifier}`: what stands in an ARN behind the account, with members of
///                   the input; `{Role}`, a member that is an ARN; `*`, all resources; `?`, one that the input does not
///                   name
/// @param given      the member without which this is not needed; null if it always is
/// @param conditions condition keys that the request decides, and their values, written as a resource is
public record AccessFact(
        String action, String resource, @Nullable String given, Map<String, String> conditions) {}
