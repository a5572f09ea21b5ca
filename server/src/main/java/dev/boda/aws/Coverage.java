package dev.boda.aws;

import dev.boda.aws.model.ServiceModel;
import java.util.List;

/// What of a service works and what is refused by name: the material of `docs/parity.md`.
///
/// @param source  the models' version, `botocore 1.43.11`
/// @param works   operations, in alphabetical order
/// @param refused the model's other operations, likewise
public record Coverage(String service, String source, List<String> works, List<String> refused) {

    public static Coverage of(ServiceOperations operations) {
        var model = ServiceModel.load(operations.service());
        var names = model.operations().keySet().stream().sorted().toList();
        return new Coverage(
                operations.service(),
                model.source(),
                names.stream().filter(operations.names()::contains).toList(),
                names.stream()
                        .filter(name -> !operations.names().contains(name))
                        .toList());
    }
}
