package dev.boda.api.lambda;

import dev.boda.aws.ApiCall;
import dev.boda.aws.Page;
import dev.boda.aws.ServiceOperations;
import dev.boda.function.CorsRules;
import dev.boda.function.FunctionReference;
import dev.boda.function.FunctionUrl;
import dev.boda.function.FunctionUrl.AuthType;
import dev.boda.function.FunctionUrl.InvokeMode;
import dev.boda.function.FunctionUrlErrors;
import dev.boda.function.FunctionUrls;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.Cors;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.DeleteFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.FunctionUrlConfig;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionUrlConfigResponse;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionUrlConfigsResponse;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigResponse;

/// URLs of functions and of their aliases.
public final class FunctionUrlOperations implements LambdaApi.Resource {

    private static final String LISTING = "ListFunctionUrlConfigs";

    /// A function or an alias of it, never a version: what AWS's newest model says of a name here, unlike the facts.
    private static final Pattern NAME = Pattern.compile(
            "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?"
                    + "(function:)?([a-zA-Z0-9-_]{1,64})(:((?!\\d+$)[0-9a-zA-Z-_]+))?");

    private final FunctionUrls urls;
    private final Function<FunctionUrl, String> address;

    /// @param address where a URL is called
    public FunctionUrlOperations(FunctionUrls urls, Function<FunctionUrl, String> address) {
        this.urls = urls;
        this.address = address;
    }

    @Override
    public void register(ServiceOperations.Builder operations) {
        operations
                .on(
                        "CreateFunctionUrlConfig",
                        CreateFunctionUrlConfigRequest::builder,
                        LambdaApi.stored(this::createFunctionUrlConfig))
                .on(
                        "DeleteFunctionUrlConfig",
                        DeleteFunctionUrlConfigRequest::builder,
                        LambdaApi.stored(this::deleteFunctionUrlConfig))
                .on("GetFunctionUrlConfig", GetFunctionUrlConfigRequest::builder, this::getFunctionUrlConfig)
                .on(LISTING, ListFunctionUrlConfigsRequest::builder, this::listFunctionUrlConfigs)
                .on(
                        "UpdateFunctionUrlConfig",
                        UpdateFunctionUrlConfigRequest::builder,
                        LambdaApi.stored(this::updateFunctionUrlConfig));
    }

    /// The invoke mode is answered only where it was asked for (recorded).
    public CreateFunctionUrlConfigResponse createFunctionUrlConfig(CreateFunctionUrlConfigRequest request, ApiCall call)
            throws InterruptedException {
        var made = urls.create(
                named(request.functionName(), request.qualifier(), call),
                new FunctionUrls.Wish(
                        AuthType.valueOf(request.authTypeAsString()),
                        mode(request.invokeModeAsString(), InvokeMode.BUFFERED),
                        Optional.ofNullable(request.cors()).map(FunctionUrlOperations::rules)));
        return FunctionShapes.into(CreateFunctionUrlConfigResponse.builder(), shape(made))
                .invokeMode(request.invokeModeAsString())
                .build();
    }

    public DeleteFunctionUrlConfigResponse deleteFunctionUrlConfig(DeleteFunctionUrlConfigRequest request, ApiCall call)
            throws InterruptedException {
        urls.delete(named(request.functionName(), request.qualifier(), call));
        return DeleteFunctionUrlConfigResponse.builder().build();
    }

    public GetFunctionUrlConfigResponse getFunctionUrlConfig(GetFunctionUrlConfigRequest request, ApiCall call) {
        var found = urls.get(named(request.functionName(), request.qualifier(), call));
        return FunctionShapes.into(GetFunctionUrlConfigResponse.builder(), shape(found))
                .build();
    }

    public ListFunctionUrlConfigsResponse listFunctionUrlConfigs(ListFunctionUrlConfigsRequest request, ApiCall call) {
        var name = NamedFunctions.functionOnly(checked(request.functionName()), call);
        var after = Marker.decode(LISTING, request.marker());
        int limit = Marker.limit(request.maxItems());
        var page = Page.of(urls.list(name, after, limit + 1), limit, LISTING, FunctionUrl::target);
        return ListFunctionUrlConfigsResponse.builder()
                .functionUrlConfigs(page.items().stream().map(this::shape).toList())
                .nextMarker(page.nextToken())
                .build();
    }

    /// Members that the request has not stay as they are. The invoke mode is answered only where it was asked for
    /// (recorded).
    public UpdateFunctionUrlConfigResponse updateFunctionUrlConfig(UpdateFunctionUrlConfigRequest request, ApiCall call)
            throws InterruptedException {
        var updated = urls.update(
                named(request.functionName(), request.qualifier(), call),
                now -> new FunctionUrls.Wish(
                        request.authType() == null ? now.authType() : AuthType.valueOf(request.authTypeAsString()),
                        mode(request.invokeModeAsString(), now.invokeMode()),
                        request.cors() == null ? now.cors() : Optional.of(rules(request.cors()))));
        return FunctionShapes.into(UpdateFunctionUrlConfigResponse.builder(), shape(updated))
                .invokeMode(request.invokeModeAsString())
                .build();
    }

    private static FunctionReference named(String text, @Nullable String qualifier, ApiCall call) {
        return NamedFunctions.of(checked(text), qualifier, call);
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FunctionUrlErrors.invalidName(name, NAME.pattern());
        }
        return name;
    }

    private static InvokeMode mode(@Nullable String asked, InvokeMode otherwise) {
        return asked == null ? otherwise : InvokeMode.valueOf(asked);
    }

    private FunctionUrlConfig shape(FunctionUrl url) {
        return FunctionUrlConfig.builder()
                .functionUrl(address.apply(url))
                .functionArn(url.reference().arn())
                .authType(url.authType().name())
                .cors(url.cors().map(FunctionUrlOperations::shape).orElse(null))
                .creationTime(url.created())
                .lastModifiedTime(url.modified())
                .invokeMode(url.invokeMode().name())
                .build();
    }

    private static Cors shape(CorsRules rules) {
        return Cors.builder()
                .allowCredentials(rules.allowCredentials().orElse(null))
                .allowHeaders(rules.allowHeaders().orElse(null))
                .allowMethods(rules.allowMethods().orElse(null))
                .allowOrigins(rules.allowOrigins().orElse(null))
                .exposeHeaders(rules.exposeHeaders().orElse(null))
                .maxAge(rules.maxAge().orElse(null))
                .build();
    }

    private static CorsRules rules(Cors cors) {
        return new CorsRules(
                Optional.ofNullable(cors.allowCredentials()),
                Optional.of(cors.allowHeaders()).filter(_ -> cors.hasAllowHeaders()),
                Optional.of(cors.allowMethods()).filter(_ -> cors.hasAllowMethods()),
                Optional.of(cors.allowOrigins()).filter(_ -> cors.hasAllowOrigins()),
                Optional.of(cors.exposeHeaders()).filter(_ -> cors.hasExposeHeaders()),
                Optional.ofNullable(cors.maxAge()));
    }
}
