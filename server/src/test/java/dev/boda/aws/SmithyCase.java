package dev.boda.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.smithy.model.Model;
import software.amazon.smithy.model.knowledge.TopDownIndex;
import software.amazon.smithy.model.loader.ModelAssembler;
import software.amazon.smithy.model.node.ArrayNode;
import software.amazon.smithy.model.node.Node;
import software.amazon.smithy.model.node.ObjectNode;
import software.amazon.smithy.model.shapes.OperationShape;
import software.amazon.smithy.model.shapes.ServiceShape;
import software.amazon.smithy.model.shapes.Shape;

/// A case of smithy-aws-protocol-tests.
///
/// @param name      its id, and for one of several with other parameters `#` and its place among them
/// @param protocol  `restJson1`
/// @param operation the operation's name
/// @param shape     the name of the shape that it stands at: the operation, or an error
/// @param facts     as the case's trait says
record SmithyCase(
        String name,
        Kind kind,
        String protocol,
        ServiceShape service,
        String operation,
        String shape,
        ObjectNode facts) {

    static final List<String> PROTOCOLS = List.of("restJson1", "awsJson1_0", "awsJson1_1");

    enum Kind {
        REQUEST("httpRequestTests"),
        RESPONSE("httpResponseTests"),
        MALFORMED("httpMalformedRequestTests");

        private final String trait;

        Kind(String trait) {
            this.trait = trait;
        }
    }

    /// The models of all protocols; the one shape that they take from elsewhere is declared.
    static Model model() {
        return new ModelAssembler()
                .putProperty(ModelAssembler.ALLOW_UNKNOWN_TRAITS, true)
                .discoverModels(SmithyCase.class.getClassLoader())
                .addUnparsedModel("framework.smithy", """
                        $version: "2.0"
                        namespace smithy.framework
                        @error("client")
                        structure ValidationException { @required message: String }
                        """)
                .disableValidation()
                .assemble()
                .getResult()
                .orElseThrow();
    }

    /// The cases that a server has to pass.
    static List<SmithyCase> all(Model model) {
        var cases = new ArrayList<SmithyCase>();
        for (var protocol : PROTOCOLS) {
            for (var service : model.getServiceShapes()) {
                if (service.hasTrait("aws.protocols#" + protocol)) {
                    for (var operation : TopDownIndex.of(model).getContainedOperations(service)) {
                        of(model, protocol, service, operation).forEach(cases::add);
                    }
                }
            }
        }
        return cases.stream().distinct().toList();
    }

    private static Stream<SmithyCase> of(Model model, String protocol, ServiceShape service, OperationShape operation) {
        var errors = operation.getErrorsSet().stream().map(model::expectShape);
        return Stream.<Shape>concat(Stream.of(operation), errors)
                .flatMap(shape -> Stream.of(Kind.values())
                        .flatMap(kind -> stated(shape, kind)
                                .filter(facts -> serves(facts, protocol))
                                .flatMap(facts -> each(
                                        kind,
                                        protocol,
                                        service,
                                        operation.getId().getName(),
                                        shape.getId().getName(),
                                        facts))));
    }

    private static Stream<ObjectNode> stated(Shape shape, Kind kind) {
        return shape.findTrait("smithy.test#" + kind.trait).stream()
                .flatMap(trait -> trait.toNode().expectArrayNode().getElements().stream())
                .map(Node::expectObjectNode);
    }

    private static boolean serves(ObjectNode facts, String protocol) {
        return facts.expectStringMember("protocol").getValue().equals("aws.protocols#" + protocol)
                && !facts.getStringMemberOrDefault("appliesTo", "server").equals("client");
    }

    private static Stream<SmithyCase> each(
            Kind kind, String protocol, ServiceShape service, String operation, String shape, ObjectNode facts) {
        var id = facts.expectStringMember("id").getValue();
        var parameters = facts.getObjectMember("testParameters").map(ObjectNode::getStringMap);
        if (parameters.isEmpty()) {
            return Stream.of(new SmithyCase(id, kind, protocol, service, operation, shape, facts));
        }
        int count =
                parameters.get().values().iterator().next().expectArrayNode().size();
        return IntStream.range(0, count)
                .mapToObj(place -> new SmithyCase(
                        id + "#" + place,
                        kind,
                        protocol,
                        service,
                        operation,
                        shape,
                        filled(facts.withoutMember("testParameters"), parameters.get(), place)
                                .expectObjectNode()));
    }

    /// `$value:L` stands for the parameter as it is, `$value:S` for it as a JSON text, `$$` for a dollar.
    private static Node filled(Node node, Map<String, Node> parameters, int place) {
        if (node.isStringNode()) {
            var text = node.expectStringNode().getValue().replace("$$", "\0");
            for (var parameter : parameters.entrySet()) {
                var value = parameter
                        .getValue()
                        .expectArrayNode()
                        .getElementsAs(element -> element.expectStringNode().getValue())
                        .get(place);
                text = text.replace("$" + parameter.getKey() + ":L", value)
                        .replace("$" + parameter.getKey() + ":S", Node.printJson(Node.from(value)));
            }
            return Node.from(text.replace("\0", "$"));
        }
        if (node.isArrayNode()) {
            return node.expectArrayNode().getElements().stream()
                    .map(element -> filled(element, parameters, place))
                    .collect(ArrayNode.collect());
        }
        if (node.isObjectNode()) {
            return node.expectObjectNode().getMembers().entrySet().stream()
                    .collect(ObjectNode.collect(
                            Map.Entry::getKey, entry -> filled(entry.getValue(), parameters, place)));
        }
        return node;
    }

    @Override
    public String toString() {
        return name;
    }
}
