package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.LayerCatalog;
import dev.boda.function.LayerErrors;
import dev.boda.function.LayerPermission;
import dev.boda.function.PolicyDocument;
import java.util.Optional;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.AddLayerVersionPermissionResponse;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyRequest;
import software.amazon.awssdk.services.lambda.model.GetLayerVersionPolicyResponse;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionRequest;
import software.amazon.awssdk.services.lambda.model.RemoveLayerVersionPermissionResponse;

/// The policies of layer versions: which other accounts may use them.
final class LayerPermissionOperations {

    private final LayerCatalog catalog;

    LayerPermissionOperations(LayerCatalog catalog) {
        this.catalog = catalog;
    }

    void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "AddLayerVersionPermission",
                        AddLayerVersionPermissionRequest::builder,
                        LambdaApi.stored(this::addLayerVersionPermission))
                .on("GetLayerVersionPolicy", GetLayerVersionPolicyRequest::builder, this::getLayerVersionPolicy)
                .on(
                        "RemoveLayerVersionPermission",
                        RemoveLayerVersionPermissionRequest::builder,
                        LambdaApi.stored(this::removeLayerVersionPermission));
    }

    AddLayerVersionPermissionResponse addLayerVersionPermission(
            AddLayerVersionPermissionRequest request, ApiCall call) {
        var reference = LayerOperations.own(
                request.layerName(), request.versionNumber(), "lambda:AddLayerVersionPermission", call);
        var permission = new LayerPermission(
                request.statementId(),
                request.action(),
                request.principal(),
                Optional.ofNullable(request.organizationId()).filter(id -> !id.isEmpty()));
        var changed = catalog.permit(reference, permission, Optional.ofNullable(request.revisionId()));
        return AddLayerVersionPermissionResponse.builder()
                .statement(PolicyDocument.of(permission.statement(changed)))
                .revisionId(changed.policyRevisionId().orElseThrow())
                .build();
    }

    GetLayerVersionPolicyResponse getLayerVersionPolicy(GetLayerVersionPolicyRequest request, ApiCall call) {
        var reference =
                LayerOperations.own(request.layerName(), request.versionNumber(), "lambda:GetLayerVersionPolicy", call);
        var version = catalog.find(reference).orElseThrow(() -> LayerErrors.versionNotFound(reference.arn()));
        var revisionId = version.policyRevisionId().orElseThrow(LayerErrors::noPolicy);
        return GetLayerVersionPolicyResponse.builder()
                .policy(PolicyDocument.of(version.policy()))
                .revisionId(revisionId)
                .build();
    }

    RemoveLayerVersionPermissionResponse removeLayerVersionPermission(
            RemoveLayerVersionPermissionRequest request, ApiCall call) {
        var reference = LayerOperations.own(
                request.layerName(), request.versionNumber(), "lambda:RemoveLayerVersionPermission", call);
        catalog.forbid(reference, request.statementId(), Optional.ofNullable(request.revisionId()));
        return RemoveLayerVersionPermissionResponse.builder().build();
    }
}
