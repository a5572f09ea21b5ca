package dev.boda.api.lambda;

import dev.boda.aws.Arn;
import dev.boda.aws.Caller;
import dev.boda.function.LambdaErrors;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The resources of one kind as far as they have tags. Every method refuses, with AWS's error, a resource that does not
/// exist or that can have none.
interface TaggedResources {

    Map<String, String> tags(Arn resource, Caller caller);

    /// @param change of the tags; asked again where another change came first
    void retag(Arn resource, Caller caller, UnaryOperator<Map<String, String>> change) throws InterruptedException;

    /// A kind of which there is none yet.
    ///
    /// @param kind as AWS's error calls it, `Event source mapping`
    record None(String kind) implements TaggedResources {

        @Override
        public Map<String, String> tags(Arn resource, Caller caller) {
            throw LambdaErrors.taggedNotFound(kind, resource.toString());
        }

        @Override
        public void retag(Arn resource, Caller caller, UnaryOperator<Map<String, String>> change) {
            throw LambdaErrors.taggedNotFound(kind, resource.toString());
        }
    }

    /// A kind that exists, and whose tags are not built.
    ///
    /// @param what says so: `tags of layers`
    record Unbuilt(String what) implements TaggedResources {

        @Override
        public Map<String, String> tags(Arn resource, Caller caller) {
            throw LambdaErrors.notSupported(what);
        }

        @Override
        public void retag(Arn resource, Caller caller, UnaryOperator<Map<String, String>> change) {
            throw LambdaErrors.notSupported(what);
        }
    }
}
