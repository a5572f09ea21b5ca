package dev.boda.access;

import dev.boda.aws.Arn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who asks. AWS's IAM users and federated users have no counterpart here.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
public sealed interface Principal {

    /// As AWS's sentences and logs name it; of most an ARN.
    String name();

    /// 12 digits; empty for a service of AWS and for the public.
    String account();

    /// The condition keys that come with it.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    Map<String, List<String>> conditions();

    /// The owner of an account: who holds a key that does not end. IAM users are not built, so there is nobody else.
    record Root(String partition, String account) implements Principal {

        @Override
        public String name() {
            return "arn:" + partition + ":iam::" + account + ":root";
        }

        @Override
        public Map<String, List<String>> conditions() {
            return keys(name(), account, "Account", account);
        }
    }

    /// Whoever uses a key that Boda does not know, in the account that the key says or the default one: their
    /// signature is not verified, and they pass for the account's owner.
    record Unverified(String partition, String account, String accessKeyId) implements Principal {

        @Override
        public String name() {
            return new Root(partition, account).name();
        }

        @Override
        public Map<String, List<String>> conditions() {
            return new Root(partition, account).conditions();
        }
    }

    /// Temporary credentials of a role, as functions have them.
    ///
    /// @param role    its ARN, `arn:aws:iam::123456789012:role/service-role/basic`
    /// @param session named like the function
    record RoleSession(Arn role, String session) implements Principal {

        @Override
        public String name() {
            var path = role.resource();
            var sessionPath = "assumed-role/" + path.substring(path.lastIndexOf('/') + 1) + "/" + session;
            return new Arn(role.partition(), "sts", "", role.account(), sessionPath).toString();
        }

        @Override
        public String account() {
            return role.account();
        }

        /// Without `aws:userid`, whose first half is an id of the role: roles have none here.
        @Override
        public Map<String, List<String>> conditions() {
            return keys(role.toString(), role.account(), "AssumedRole", "");
        }
    }

    /// Who signs nothing, in the default account.
    record Anonymous(String account) implements Principal {

        @Override
        public String name() {
            return "anonymous";
        }

        @Override
        public Map<String, List<String>> conditions() {
            return Map.of("aws:PrincipalType", List.of("Anonymous"), "aws:userid", List.of("anonymous"));
        }
    }

    /// Whoever calls a function URL that asks for no signature: somebody of no account, so that nothing is his own, and
    /// only a policy that permits everybody lets him in.
    record Public() implements Principal {

        @Override
        public String name() {
            return "anonymous";
        }

        @Override
        public String account() {
            return "";
        }

        @Override
        public Map<String, List<String>> conditions() {
            return Map.of("aws:PrincipalType", List.of("Anonymous"), "aws:userid", List.of("anonymous"));
        }
    }

    /// A service of AWS, played by Boda itself.
    ///
    /// @param name `lambda.amazonaws.com`
    record AwsService(String name) implements Principal {

        @Override
        public String account() {
            return "";
        }

        @Override
        public Map<String, List<String>> conditions() {
            return Map.of("aws:PrincipalIsAWSService", List.of("true"), "aws:PrincipalServiceName", List.of(name));
        }
    }

    private static Map<String, List<String>> keys(String arn, String account, String type, String userId) {
        var keys = new LinkedHashMap<String, List<String>>();
        keys.put("aws:PrincipalArn", List.of(arn));
        keys.put("aws:PrincipalAccount", List.of(account));
        keys.put("aws:PrincipalType", List.of(type));
        if (!userId.isEmpty()) {
            keys.put("aws:userid", List.of(userId));
        }
        return keys;
    }
}
