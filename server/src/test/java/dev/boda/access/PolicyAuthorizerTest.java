package dev.boda.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.access.ResourcePolicies.Statement;
import dev.boda.aws.Arn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may do what with the functions of another account.
final class PolicyAuthorizerTest {

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:hello";
    private static final String INVOKE = "lambda:InvokeFunction";
    private static final Principal OWNER = new Principal.Root("aws", "111111111111");
    private static final Principal STRANGER = new Principal.Root("aws", "222222222222");

    private final List<Statement> policy = new ArrayList<>();
    private final List<Boolean> recorded = new ArrayList<>();
    private final PolicyAuthorizer authorizer =
            new PolicyAuthorizer(_ -> policy, (_, allowed) -> recorded.add(allowed));

    private boolean allows(Principal principal, String action, Map<String, List<String>> conditions) {
        return authorizer.allows(new AccessRequest(principal, action, FUNCTION, () -> conditions));
    }

    private void permit(Map<String, String> principal, Map<String, Map<String, String>> condition) {
        policy.add(new Statement(INVOKE, principal, condition));
    }

    @Test
    void theAccountItselfNeedsNoPolicyAndOthersDo() {
        assertThat(allows(OWNER, INVOKE, Map.of())).isTrue();
        assertThat(allows(STRANGER, INVOKE, Map.of())).isFalse();
        assertThat(recorded).containsExactly(true, false);
    }

    /// Roles need not exist: tutorials give functions one of whatever account.
    @Test
    void aFunctionActsInItsOwnAccountWhateverAccountItsRoleNames() {
        var role = Arn.parse("arn:aws:iam::123456789012:role/worker").orElseThrow();
        var session = new Principal.RoleSession(role, "x");
        assertThat(authorizer.allows(new AccessRequest(session, "111111111111", INVOKE, FUNCTION, Map::of)))
                .isTrue();
        assertThat(authorizer.allows(new AccessRequest(session, "222222222222", INVOKE, FUNCTION, Map::of)))
                .isFalse();
    }

    @Test
    void whoIsNamedMayDoWhatIsNamed() {
        permit(Map.of("AWS", "arn:aws:iam::222222222222:root"), Map.of());
        assertThat(allows(STRANGER, INVOKE, Map.of())).isTrue();
        assertThat(allows(STRANGER, "lambda:DeleteFunction", Map.of())).isFalse();
        assertThat(allows(new Principal.Root("aws", "333333333333"), INVOKE, Map.of()))
                .isFalse();
    }

    @Test
    void aRoleIsNamedByItsArnOrItsAccount() {
        var role = Arn.parse("arn:aws:iam::222222222222:role/worker").orElseThrow();
        permit(Map.of("AWS", "arn:aws:iam::222222222222:role/worker"), Map.of());
        assertThat(allows(new Principal.RoleSession(role, "x"), INVOKE, Map.of()))
                .isTrue();
        assertThat(allows(STRANGER, INVOKE, Map.of())).isFalse();
    }

    @Test
    void everybodyIsEverybody() {
        permit(Map.of(), Map.of());
        assertThat(allows(STRANGER, INVOKE, Map.of())).isTrue();
        assertThat(allows(new Principal.Anonymous("222222222222"), INVOKE, Map.of()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ArnLike,      AWS:SourceArn,     arn:aws:s3:::bucket-*, arn:aws:s3:::bucket-1, true",
        "ArnLike,      AWS:SourceArn,     arn:aws:s3:::bucket,   arn:aws:s3:::bucket-1, false",
        "ArnLike,      AWS:SourceArn,     arn:aws:s3:::bucke?,   arn:aws:s3:::bucket,   true",
        "StringEquals, AWS:SourceAccount, 333333333333,          333333333333,          true",
        "StringEquals, AWS:SourceAccount, 333333333333,          444444444444,          false",
        "Bool,         AWS:SourceAccount, true,                  True,                  true",
    })
    void conditionsHold(String operator, String key, String wanted, String value, boolean holds) {
        permit(Map.of(), Map.of(operator, Map.of(key, wanted)));
        assertThat(allows(STRANGER, INVOKE, Map.of("aws" + key.substring(3), List.of(value))))
                .isEqualTo(holds);
        assertThat(allows(STRANGER, INVOKE, Map.of())).isFalse();
    }

    /// Not even in the account that is the default one.
    @Test
    void nothingIsThePublicsOwn() {
        var stranger = new Principal.Public();
        assertThat(allows(stranger, INVOKE, Map.of())).isFalse();
        permit(Map.of("AWS", "arn:aws:iam::111111111111:root"), Map.of());
        permit(Map.of("AWS", "arn:aws:iam:::root"), Map.of());
        permit(Map.of("Service", ""), Map.of());
        assertThat(allows(stranger, INVOKE, Map.of())).isFalse();
        permit(Map.of(), Map.of());
        assertThat(allows(stranger, INVOKE, Map.of())).isTrue();
    }

    @Test
    void anOperatorThatNobodyWritesPermitsNothing() {
        var conditions = Map.of("aws:SourceIp", List.of("192.0.2.1"));
        permit(Map.of(), Map.of("NotIpAddress", Map.of("aws:SourceIp", "192.0.2.1")));
        assertThat(allows(STRANGER, INVOKE, conditions)).isFalse();
        permit(Map.of(), Map.of("StringEquals", Map.of("aws:SourceIp", "192.0.2.1")));
        assertThat(allows(STRANGER, INVOKE, conditions)).isTrue();
    }
}
