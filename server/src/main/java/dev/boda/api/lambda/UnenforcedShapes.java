package dev.boda.api.lambda;

import dev.boda.function.UnenforcedSettings;
import software.amazon.awssdk.services.lambda.model.DeadLetterConfig;
import software.amazon.awssdk.services.lambda.model.FileSystemConfig;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.VpcConfigResponse;

/// Members that are shown as they were given, and have no effect.
final class UnenforcedShapes {

    private UnenforcedShapes() {}

    /// Which network a subnet is in is not known: `VpcId` is empty.
    static void into(FunctionConfiguration.Builder shape, UnenforcedSettings settings) {
        if (settings.hasVpc()) {
            shape.vpcConfig(VpcConfigResponse.builder()
                    .subnetIds(settings.subnetIds())
                    .securityGroupIds(settings.securityGroupIds())
                    .vpcId("")
                    .ipv6AllowedForDualStack(settings.dualStack())
                    .build());
        }
        if (!settings.fileSystems().isEmpty()) {
            shape.fileSystemConfigs(settings.fileSystems().stream()
                    .map(each -> FileSystemConfig.builder()
                            .arn(each.arn())
                            .localMountPath(each.mountPath())
                            .build())
                    .toList());
        }
        if (!settings.deadLetterTarget().isEmpty()) {
            shape.deadLetterConfig(DeadLetterConfig.builder()
                    .targetArn(settings.deadLetterTarget())
                    .build());
        }
    }
}
