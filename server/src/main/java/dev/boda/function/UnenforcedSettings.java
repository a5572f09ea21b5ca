package dev.boda.function;

import java.util.ArrayList;
import java.util.List;

/// What a function is configured to that has no effect here: kept and shown with `--accept-unenforced`, so that
/// templates deploy, and refused without it.
///
/// @param deadLetterTarget an ARN; empty for none
/// @param snapStart        whether `ApplyOn` is `PublishedVersions`
public record UnenforcedSettings(
        List<String> subnetIds,
        List<String> securityGroupIds,
        boolean dualStack,
        List<FileSystem> fileSystems,
        String deadLetterTarget,
        boolean snapStart) {

    public static final UnenforcedSettings NONE =
            new UnenforcedSettings(List.of(), List.of(), false, List.of(), "", false);

    public UnenforcedSettings {
        subnetIds = List.copyOf(subnetIds);
        securityGroupIds = List.copyOf(securityGroupIds);
        fileSystems = List.copyOf(fileSystems);
    }

    /// @param mountPath where it would be
    public record FileSystem(String arn, String mountPath) {}

    public boolean hasVpc() {
        return !subnetIds.isEmpty() || !securityGroupIds.isEmpty();
    }

    /// The members of AWS's requests that it has something of.
    public List<String> members() {
        var members = new ArrayList<String>();
        if (hasVpc()) {
            members.add("VpcConfig");
        }
        if (!fileSystems.isEmpty()) {
            members.add("FileSystemConfigs");
        }
        if (!deadLetterTarget.isEmpty()) {
            members.add("DeadLetterConfig");
        }
        if (snapStart) {
            members.add("SnapStart");
        }
        return members;
    }
}
