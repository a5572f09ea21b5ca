package dev.boda.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.boda.aws.ApiCall;
import dev.boda.aws.AskedAccess;
import dev.boda.aws.Caller;
import dev.boda.http.FakeExchange;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CallAccessTest {

    private static final String ACCOUNT = "111111111111";
    private static final String ROLE = "arn:aws:iam::111111111111:role/service-role/basic";
    private static final String FUNCTION = "arn:aws:lambda:eu-west-1:111111111111:function:hello";

    private final InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-21T09:40:00.123Z"));
    private final List<AccessRequest> requests = new ArrayList<>();
    private boolean allowed = true;

    private final Authorizer authorizer = request -> {
        requests.add(request);
        return allowed;
    };
    private final IssuedCredentials issued =
            new IssuedCredentials(new OwnAccess(authorizer, clock), new Random(1), clock);
    private final CallAccess access = new CallAccess(authorizer, issued, "test"::equals, clock);

    private static AskedAccess asked(String key) {
        var exchange = new FakeExchange("POST", "/").header("User-Agent", "aws-cli/2.31");
        var call = new ApiCall("request-1", new Caller(ACCOUNT, "eu-west-1", key), exchange);
        return new AskedAccess(
                call, "lambda:InvokeFunction", FUNCTION, () -> Map.of("lambda:FunctionArn", List.of(FUNCTION)));
    }

    private AccessRequest asks(String key) {
        requests.clear();
        assertThat(access.refused(asked(key))).isEmpty();
        assertThat(requests).hasSize(1);
        return requests.getFirst();
    }

    @Test
    void aKeyThatDoesNotEndIsTheAccountsOwner() {
        var request = asks("test");

        assertThat(request.principal()).isEqualTo(new Principal.Root("aws", ACCOUNT));
        assertThat(request.principal().name()).isEqualTo("arn:aws:iam::111111111111:root");
        assertThat(request.action()).isEqualTo("lambda:InvokeFunction");
        assertThat(request.resource()).isEqualTo(FUNCTION);
    }

    @Test
    void whatIsKnownOfACallIsThereForConditions() {
        assertThat(asks("test").conditions().get())
                .containsOnly(
                        Map.entry("aws:PrincipalArn", List.of("arn:aws:iam::111111111111:root")),
                        Map.entry("aws:PrincipalAccount", List.of(ACCOUNT)),
                        Map.entry("aws:PrincipalType", List.of("Account")),
                        Map.entry("aws:userid", List.of(ACCOUNT)),
                        Map.entry("aws:RequestedRegion", List.of("eu-west-1")),
                        Map.entry("aws:CurrentTime", List.of("2026-11-21T09:40:00Z")),
                        Map.entry("aws:EpochTime", List.of("1795254000")),
                        Map.entry("aws:SourceIp", List.of("127.0.0.1")),
                        Map.entry("aws:SecureTransport", List.of("false")),
                        Map.entry("aws:ViaAWSService", List.of("false")),
                        Map.entry("aws:UserAgent", List.of("aws-cli/2.31")),
                        Map.entry("lambda:FunctionArn", List.of(FUNCTION)));
    }

    @Test
    void aFunctionCallsInTheNameOfItsRolesSession() {
        var credentials = issued.issue(ACCOUNT, ROLE, "hello");
        var request = asks(credentials.accessKeyId());

        assertThat(request.principal().name()).isEqualTo("arn:aws:sts::111111111111:assumed-role/basic/hello");
        assertThat(request.conditions().get())
                .containsEntry("aws:PrincipalArn", List.of(ROLE))
                .containsEntry("aws:PrincipalType", List.of("AssumedRole"))
                .doesNotContainKey("aws:userid");
        issued.revoke(credentials);
        assertThat(asks(credentials.accessKeyId()).principal()).isInstanceOf(Principal.Unverified.class);
    }

    @Test
    void whoIsNotVerifiedIsToldApart() {
        assertThat(asks("AKIASTRANGER").principal())
                .isEqualTo(new Principal.Unverified("aws", ACCOUNT, "AKIASTRANGER"));
        assertThat(asks("AKIASTRANGER").principal().name()).isEqualTo("arn:aws:iam::111111111111:root");
        assertThat(asks("").principal()).isEqualTo(new Principal.Anonymous(ACCOUNT));
        assertThat(asks("").conditions().get()).doesNotContainKey("aws:PrincipalArn");
    }

    @Test
    void whoIsRefusedIsNamed() {
        allowed = false;

        assertThat(access.refused(asked("test"))).contains("arn:aws:iam::111111111111:root");
        assertThat(access.refused(asked(""))).contains("anonymous");
    }

    @Test
    void lambdaAsksBeforeItAssumesARole() {
        issued.issue(ACCOUNT, ROLE, "hello");

        assertThat(requests)
                .singleElement()
                .satisfies(request -> assertThat(
                                request.principal().name() + " " + request.action() + " " + request.resource())
                        .isEqualTo("lambda.amazonaws.com sts:AssumeRole " + ROLE));
        allowed = false;
        assertThatThrownBy(() -> issued.issue(ACCOUNT, ROLE, "hello"))
                .isInstanceOf(RoleRefusedException.class)
                .hasMessage("The role defined for the function cannot be assumed by Lambda.");
    }

    @Test
    void whatIsOpenAllowsAndRecords() {
        var open = new OpenAuthorizer(requests::add);
        var request = new AccessRequest(new Principal.Anonymous(ACCOUNT), "lambda:ListFunctions", "*", Map::of);

        assertThat(open.allows(request)).isTrue();
        assertThat(requests).containsExactly(request);
    }
}
