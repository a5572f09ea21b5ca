package dev.boda.functionurl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boda.aws.PercentEncoding;
import dev.boda.aws.QueryString;
import dev.boda.function.FunctionUrl.AuthType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A request as an event of payload format 2.0. As in events that were captured on AWS, `cookies`,
/// `queryStringParameters`, `authorizer` and `body` are absent where there are none, `pathParameters`,
/// `stageVariables` and `authentication` always; `rawPath` is the path as sent, `http.path` the decoded one.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload>
final class EventPayload {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 2_048;
    private static final String DEFAULT = "$default";

    /// `22/Nov/2026:17:03:58 +0000`
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /// Beside `text/…` what comes as text; found out with HTTP APIs, which share the format (ministackorg/ministack,
    /// pull request 766), and so for function URLs: even a form, and a body without a type, are binary.
    private static final Set<String> TEXT = Set.of("application/json", "application/xml", "application/javascript");

    private EventPayload() {}

    static byte[] of(UrlRequest request, byte[] body) {
        var bytes = new ByteArrayOutputStream(USUAL_BYTES + body.length);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            write(json, request, body);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, UrlRequest request, byte[] body) {
        var exchange = request.exchange();
        var headers = EventHeaders.of(exchange, root(request.traceHeader()), body.length);
        json.writeStartObject();
        json.writeStringProperty("version", "2.0");
        json.writeStringProperty("routeKey", DEFAULT);
        json.writeStringProperty("rawPath", request.path());
        json.writeStringProperty("rawQueryString", exchange.rawQuery());
        var cookies = EventHeaders.cookies(headers);
        if (!cookies.isEmpty()) {
            json.writeArrayPropertyStart("cookies");
            cookies.forEach(json::writeString);
            json.writeEndArray();
        }
        writeMap(json, "headers", headers);
        var parameters = parameters(exchange.rawQuery());
        if (!parameters.isEmpty()) {
            writeMap(json, "queryStringParameters", parameters);
        }
        writeContext(json, request, headers.getOrDefault("user-agent", ""));
        writeBody(json, headers.getOrDefault("content-type", ""), body);
        json.writeEndObject();
    }

    /// As AWS's proxies write it: without the part of whoever is called next.
    private static String root(String traceHeader) {
        int end = traceHeader.indexOf(';');
        return end < 0 ? traceHeader : traceHeader.substring(0, end);
    }

    private static void writeMap(JsonGenerator json, String name, Map<String, String> members) {
        json.writeObjectPropertyStart(name);
        members.forEach(json::writeStringProperty);
        json.writeEndObject();
    }

    private static Map<String, String> parameters(String query) {
        var parameters = new LinkedHashMap<String, String>();
        for (var parameter : QueryString.parse(query).parameters()) {
            parameters.merge(parameter.name(), parameter.value(), (before, next) -> before + "," + next);
        }
        return parameters;
    }

    private static void writeContext(JsonGenerator json, UrlRequest request, String userAgent) {
        var url = request.url();
        json.writeObjectPropertyStart("requestContext");
        json.writeStringProperty(
                "accountId",
                url.authType() == AuthType.NONE ? "anonymous" : url.function().account());
        json.writeStringProperty("apiId", url.id());
        request.caller().ifPresent(caller -> writeCaller(json, caller));
        json.writeStringProperty("domainName", request.domain());
        json.writeStringProperty("domainPrefix", url.id());
        json.writeObjectPropertyStart("http");
        json.writeStringProperty("method", request.exchange().method());
        json.writeStringProperty("path", PercentEncoding.decode(request.path()));
        json.writeStringProperty("protocol", "HTTP/1.1");
        json.writeStringProperty("sourceIp", EventHeaders.sourceIp(request.exchange()));
        json.writeStringProperty("userAgent", userAgent);
        json.writeEndObject();
        json.writeStringProperty("requestId", request.id());
        json.writeStringProperty("routeKey", DEFAULT);
        json.writeStringProperty("stage", DEFAULT);
        writeTime(json, request.time());
        json.writeEndObject();
    }

    private static void writeTime(JsonGenerator json, Instant time) {
        json.writeStringProperty("time", TIME.format(time));
        json.writeNumberProperty("timeEpoch", time.toEpochMilli());
    }

    private static void writeCaller(JsonGenerator json, UrlRequest.IamCaller caller) {
        json.writeObjectPropertyStart("authorizer");
        json.writeObjectPropertyStart("iam");
        json.writeStringProperty("accessKey", caller.accessKey());
        json.writeStringProperty("accountId", caller.account());
        json.writeStringProperty("callerId", caller.callerId());
        json.writeNullProperty("cognitoIdentity");
        json.writeNullProperty("principalOrgId");
        json.writeStringProperty("userArn", caller.arn());
        json.writeStringProperty("userId", caller.callerId());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeBody(JsonGenerator json, String contentType, byte[] body) {
        var text = isText(contentType) ? text(body) : null;
        if (body.length > 0) {
            if (text != null) {
                json.writeStringProperty("body", text);
            } else {
                json.writeBinaryProperty("body", body);
            }
        }
        json.writeBooleanProperty("isBase64Encoded", body.length > 0 && text == null);
    }

    private static boolean isText(String contentType) {
        int end = contentType.indexOf(';');
        var type =
                (end < 0 ? contentType : contentType.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || TEXT.contains(type);
    }

    /// Null for what says that it is text and is none: JSON cannot hold it as it is.
    private static @Nullable String text(byte[] body) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }
}
