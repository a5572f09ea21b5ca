package dev.boda.functionurl;

import dev.boda.access.CallAccess;
import dev.boda.access.Principal;
import dev.boda.aws.ApiCall;
import dev.boda.aws.AskedAccess;
import dev.boda.aws.Caller;
import dev.boda.aws.Origin;
import dev.boda.aws.ServiceException;
import dev.boda.aws.SignedCallers;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.functionurl.UrlRequest.IamCaller;
import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who may call a function URL. Under NONE everybody whom the resource-based policy lets in, signed or not; under
/// AWS_IAM who signed with a key that is known, and, from another account, is let in by the policy. Two permissions are
/// asked for. <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
///
/// @param signed who may sign
record UrlAccess(CallAccess access, SignedCallers signed) {

    private static final String SERVICE = "lambda";
    private static final String URL_ACTION = "lambda:InvokeFunctionUrl";
    private static final String ACTION = "lambda:InvokeFunction";
    private static final String AUTH_TYPE = "lambda:FunctionUrlAuthType";
    private static final String VIA_URL = "lambda:InvokedViaFunctionUrl";

    /// Who calls, as far as that is known before the body is.
    ///
    /// @param signature still to be proven; empty under NONE
    record Claimed(Caller caller, Optional<SignedCallers.Signed> signature) {

        void prove(byte[] body) throws UrlRefusal {
            try {
                signature.ifPresent(its -> its.prove(body));
            } catch (ServiceException wrong) {
                throw UrlRefusal.ofSignature(wrong);
            }
        }
    }

    /// Refuses under AWS_IAM who did not sign, or wrongly.
    Claimed claim(FunctionUrl url, HttpExchange exchange) throws UrlRefusal {
        var region = url.function().region();
        if (url.authType() == AuthType.NONE) {
            return new Claimed(new Caller("", region, ""), Optional.empty());
        }
        try {
            var signature = signed.find(exchange, SERVICE, region).orElseThrow(UrlRefusal::forbidden);
            return new Claimed(signature.caller(), Optional.of(signature));
        } catch (ServiceException wrong) {
            throw UrlRefusal.ofSignature(wrong);
        }
    }

    /// Asks for both permissions of a caller who has proven who he is. Who signed is returned, as the event says it.
    Optional<IamCaller> require(
            FunctionUrl url, Claimed claimed, HttpExchange exchange, String requestId, Origin origin)
            throws UrlRefusal {
        var call = new ApiCall(requestId, claimed.caller(), exchange, HttpHeaders.builder(), origin);
        var principal = url.authType() == AuthType.NONE ? new Principal.Public() : access.principal(claimed.caller());
        var resource = url.reference().arn();
        var authType = url.authType().name();
        var conditions = Map.of(AUTH_TYPE, List.of(authType), VIA_URL, List.of("true"));
        var missing = new ArrayList<String>(0);
        if (!access.allows(principal, new AskedAccess(call, URL_ACTION, resource, () -> conditions))) {
            missing.add(URL_ACTION + " (with " + AUTH_TYPE + " " + authType + ")");
        }
        if (!access.allows(principal, new AskedAccess(call, ACTION, resource, () -> conditions))) {
            missing.add(ACTION + " (with " + VIA_URL + ")");
        }
        if (!missing.isEmpty()) {
            throw UrlRefusal.forbidden(missing);
        }
        return claimed.signature().map(signature -> iam(signature.caller(), principal));
    }

    private static IamCaller iam(Caller caller, Principal principal) {
        var id = principal instanceof Principal.RoleSession session
                ? roleName(session) + ":" + session.session()
                : caller.account();
        return new IamCaller(caller.accessKeyId(), caller.account(), id, principal.name());
    }

    private static String roleName(Principal.RoleSession session) {
        var path = session.role().resource();
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
