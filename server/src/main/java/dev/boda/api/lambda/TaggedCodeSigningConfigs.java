package dev.boda.api.lambda;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.function.CodeSigningConfigs;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The tags of code signing configs.
record TaggedCodeSigningConfigs(CodeSigningConfigs configs) implements TaggedResources {

    @Override
    public Map<String, String> tags(Arn resource, Caller caller) {
        return configs.get(resource.toString(), caller).tags();
    }

    @Override
    public void retag(Arn resource, Caller caller, UnaryOperator<Map<String, String>> change) {
        var _ = configs.change(resource.toString(), caller, config -> config.withTags(change.apply(config.tags())));
    }
}
