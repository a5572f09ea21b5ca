package dev.boda.function;

import dev.boda.aws.Caller;
import dev.boda.code.PackageContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;

/// Which layers a function may have, and in what company.
/// <https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html>
public final class LayerChoice {

    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    static final int MOST = 5;

    /// Names the layers that AWS had before 2018 in place of an account's.
    private static final String AWSLAYER = ":awslayer:";

    /// AWS starts what is in this folder beside the runtime.
    private static final String EXTENSIONS = "extensions";

    private final LayerCatalog catalog;
    private final Function<String, PackageContent> packages;

    /// @param packages by their digests
    public LayerChoice(LayerCatalog catalog, Function<String, PackageContent> packages) {
        this.catalog = catalog;
        this.packages = packages;
    }

    /// The layer versions with these ARNs, for a function of the caller's; refuses what AWS refuses.
    public List<LayerUse> choose(List<String> arns, Caller caller) {
        if (arns.size() > MOST) {
            throw LayerErrors.tooMany(MOST);
        }
        var chosen = new ArrayList<LayerUse>();
        var seen = new HashMap<LayerName, String>();
        for (var arn : arns) {
            if (arn.contains(AWSLAYER)) {
                throw LambdaErrors.notSupported("the layer " + arn);
            }
            var reference = LayerVersionReference.of(arn, caller);
            var version = usable(reference, arn, caller);
            var other = seen.putIfAbsent(reference.layer(), arn);
            if (other != null) {
                throw LayerErrors.twoVersions(other, arn);
            }
            if (packages.apply(version.digest()).topNames().contains(EXTENSIONS)) {
                throw LambdaErrors.notSupported("the extensions in the layer " + arn);
            }
            chosen.add(new LayerUse(version.arn(), version.digest(), version.sizeBytes()));
        }
        if (bytes(chosen) > FunctionRules.UNZIPPED_BYTES) {
            throw LayerErrors.layersTooLarge(FunctionRules.UNZIPPED_BYTES);
        }
        return chosen;
    }

    private LayerVersion usable(LayerVersionReference reference, String arn, Caller caller) {
        var layer = reference.layer();
        if (!layer.region().equals(caller.region())) {
            throw LayerErrors.otherRegion(caller.region());
        }
        var found = catalog.find(reference).filter(version -> version.permits(caller.account()));
        return found.orElseThrow(() -> layer.account().equals(caller.account())
                ? LayerErrors.notThere(arn)
                : LayerErrors.notPermitted(caller, "lambda:GetLayerVersion", arn));
    }

    /// Refuses code that is too large together with these layers. That in a folder is as large as it likes.
    public void checkTogether(FunctionCode code, List<LayerUse> layers) {
        if (layers.isEmpty() || code.folder().isPresent()) {
            return;
        }
        long together = packages.apply(code.digest()).unzippedBytes() + bytes(layers);
        if (together > FunctionRules.UNZIPPED_BYTES) {
            throw LayerErrors.togetherTooLarge(FunctionRules.UNZIPPED_BYTES, together);
        }
    }

    private long bytes(List<LayerUse> layers) {
        return layers.stream()
                .mapToLong(layer -> packages.apply(layer.digest()).unzippedBytes())
                .sum();
    }
}
