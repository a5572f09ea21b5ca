package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.http.HttpExchange;
import dev.boda.http.HttpHeaders;
import java.util.TreeMap;

/// An error for a caller of a service that is not here, in the shape its client can most likely read: XML for those
/// that speak awsQuery, ec2 or S3's restXml, JSON for all others.
final class ForeignRefusal {

    private ForeignRefusal() {}

    static Answer of(HttpExchange exchange, ServiceException refusal, String requestId) {
        if (isForm(exchange)) {
            return xml(
                    refusal,
                    "<ErrorResponse><Error><Type>Sender</Type>%s</Error><RequestId>%s</RequestId></ErrorResponse>",
                    requestId);
        }
        if (isS3(exchange)) {
            return xml(refusal, "<Error>%s<RequestId>%s</RequestId></Error>", requestId);
        }
        var body = new TreeMap<String, Object>();
        body.put("__type", refusal.code());
        body.put("message", refusal.sentence());
        var headers =
                HttpHeaders.builder().add("Content-Type", "application/json").add("x-amzn-ErrorType", refusal.code());
        return new Answer(refusal.status(), headers, JsonWriter.write(body));
    }

    private static boolean isForm(HttpExchange exchange) {
        return exchange.headers()
                .first("Content-Type")
                .filter(type -> type.startsWith("application/x-www-form-urlencoded"))
                .isPresent();
    }

    private static boolean isS3(HttpExchange exchange) {
        return SignatureV4.of(exchange)
                .map(SignatureV4::service)
                .filter(service -> service.equals("s3"))
                .isPresent();
    }

    private static Answer xml(ServiceException refusal, String form, String requestId) {
        var inner =
                "<Code>" + escaped(refusal.code()) + "</Code><Message>" + escaped(refusal.sentence()) + "</Message>";
        var body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + form.formatted(inner, escaped(requestId));
        var headers = HttpHeaders.builder().add("Content-Type", "text/xml");
        return new Answer(refusal.status(), headers, body.getBytes(UTF_8));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
