package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.FunctionCatalog;
import dev.boda.function.Permissions;
import dev.boda.function.PolicyDocument;
import dev.boda.function.ResourcePolicy.Statement;
import dev.boda.function.VersionErrors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddPermissionResponse;
import software.amazon.awssdk.services.lambda.model.GetPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetPolicyResponse;
import software.amazon.awssdk.services.lambda.model.RemovePermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemovePermissionResponse;

/// Resource-based policies of functions, versions and aliases.
public final class PermissionOperations implements LambdaApi.Resource {

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:(iam|sts)::(\\d{12}|cloudfront):.+");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*\\.amazon(aws)?\\.com(\\.cn)?");
    private static final String URL_ACTION = "lambda:InvokeFunctionUrl";

    private final Permissions permissions;

    public PermissionOperations(FunctionCatalog catalog) {
        this.permissions = new Permissions(catalog);
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on("AddPermission", AddPermissionRequest::builder, LambdaApi.stored(this::addPermission))
                .on("GetPolicy", GetPolicyRequest::builder, this::getPolicy)
                .on("RemovePermission", RemovePermissionRequest::builder, LambdaApi.stored(this::removePermission));
    }

    public AddPermissionResponse addPermission(AddPermissionRequest request, ApiCall call) throws InterruptedException {
        var reference = NamedFunctions.of(request.functionName(), request.qualifier(), call);
        if (request.functionUrlAuthType() != null && !request.action().equals(URL_ACTION)) {
            throw VersionErrors.authTypeOfOther();
        }
        var added = permissions.add(
                reference,
                arn -> new Statement(
                        request.statementId(), request.action(), principal(request), arn, condition(request)),
                revision(request.revisionId()));
        return AddPermissionResponse.builder()
                .statement(PolicyDocument.of(added))
                .build();
    }

    public GetPolicyResponse getPolicy(GetPolicyRequest request, ApiCall call) {
        var kept = permissions.get(NamedFunctions.of(request.functionName(), request.qualifier(), call));
        return GetPolicyResponse.builder()
                .policy(PolicyDocument.of(kept.policy()))
                .revisionId(kept.revisionId())
                .build();
    }

    public RemovePermissionResponse removePermission(RemovePermissionRequest request, ApiCall call)
            throws InterruptedException {
        permissions.remove(
                NamedFunctions.of(request.functionName(), request.qualifier(), call),
                request.statementId(),
                revision(request.revisionId()));
        return RemovePermissionResponse.builder().build();
    }

    private static Optional<String> revision(@Nullable String id) {
        return Optional.ofNullable(id).filter(text -> !text.isEmpty());
    }

    private static Map<String, String> principal(AddPermissionRequest request) {
        var text = request.principal();
        if (text.equals("*")) {
            return Map.of();
        }
        if (ACCOUNT.matcher(text).matches()) {
            return Map.of("AWS", "arn:aws:iam::" + text + ":root");
        }
        if (ARN.matcher(text).matches()) {
            return Map.of("AWS", text);
        }
        if (SERVICE.matcher(text).matches()) {
            return Map.of("Service", text);
        }
        throw VersionErrors.invalidPrincipal();
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
    private static Map<String, Map<String, String>> condition(AddPermissionRequest request) {
        var equals = new LinkedHashMap<String, String>();
        put(equals, "AWS:SourceAccount", request.sourceAccount());
        put(equals, "lambda:EventSourceToken", request.eventSourceToken());
        put(equals, "aws:PrincipalOrgID", request.principalOrgID());
        put(equals, "lambda:FunctionUrlAuthType", request.functionUrlAuthTypeAsString());
        var condition = new LinkedHashMap<String, Map<String, String>>();
        if (!equals.isEmpty()) {
            condition.put("StringEquals", equals);
        }
        if (request.invokedViaFunctionUrl() != null) {
            condition.put(
                    "Bool",
                    Map.of(
                            "lambda:InvokedViaFunctionUrl",
                            request.invokedViaFunctionUrl().toString()));
        }
        if (request.sourceArn() != null) {
            condition.put("ArnLike", Map.of("AWS:SourceArn", request.sourceArn()));
        }
        return condition;
    }

    private static void put(Map<String, String> condition, String key, @Nullable String value) {
        if (value != null) {
            condition.put(key, value);
        }
    }
}
