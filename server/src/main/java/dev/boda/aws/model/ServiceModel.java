package dev.boda.aws.model;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A service: facts and overlay in one.
///
/// @param name           as its files are named: `lambda`
/// @param protocol       botocore's name of it: `rest-json`, `json`
/// @param signingName    the service in a signature
/// @param endpointPrefix the service in a host name
/// @param targetPrefix   what stands before the operation in `X-Amz-Target`
/// @param jsonVersion    `1.0` or `1.1`, of the awsJson protocols
/// @param source         `botocore 1.43.11`
/// @param validationCode the code of a violated constraint
/// @param lenient        whether a member of another type is made its own where that is easy: AWS's older services take
///                       a text for a boolean, and cut a number's fraction off
/// @param awsQuery       whether its errors tell clients of awsQuery, which it spoke before, the code they know
/// @param errorPrefix    what awsJson 1.0 puts before an error's name: `com.amazonaws.dynamodb.v20120810#`
public record ServiceModel(
        String name,
        String protocol,
        String apiVersion,
        String signingName,
        String endpointPrefix,
        @Nullable String targetPrefix,
        @Nullable String jsonVersion,
        String source,
        String validationCode,
        boolean lenient,
        boolean awsQuery,
        @Nullable String errorPrefix,
        Map<String, OperationModel> operations,
        Map<String, Shape> shapes) {

    /// Reads the facts of `service` and their overlay from the class path.
    public static ServiceModel load(String service) {
        return new FactsReader(service).read();
    }

    /// The shape of that name, which the model holds.
    public Shape shape(String name) {
        var shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("The model of " + this.name + " has no shape " + name);
        }
        return shape;
    }

    public Shape.Structure structure(String name) {
        if (shape(name) instanceof Shape.Structure structure) {
            return structure;
        }
        throw new IllegalArgumentException(name + " is no structure");
    }

    /// The error of that code, if the model has it.
    public Optional<Shape.Structure> error(String code) {
        return shapes.get(code) instanceof Shape.Structure structure && structure.error()
                ? Optional.of(structure)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return name + " " + apiVersion + " (" + source + ")";
    }
}
