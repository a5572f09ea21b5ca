package dev.boda.function;

import dev.boda.aws.ServiceException;

/// How Lambda refuses what is asked of function URLs. Recorded on AWS unless the factory names another source: by
/// LocalStack's `test_url_config_lifecycle`, `test_url_config_exceptions` and `test_url_config_list_paging`, in
/// <https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json>.
public final class FunctionUrlErrors {

    private FunctionUrlErrors() {}

    /// Two blanks, as AWS writes them.
    static ServiceException exists(String arn) {
        return LambdaErrors.conflict("Failed to create function url config for [functionArn = " + arn
                + "]. Error message:  FunctionUrlConfig exists for this Lambda function");
    }

    /// The function, or the alias, that is to have a URL, or whose URL is to be another.
    static ServiceException noFunction() {
        return LambdaErrors.notFound("Function does not exist");
    }

    /// There is no such URL, be it that the function is not there.
    static ServiceException notFound() {
        return LayerErrors.resourceNotFound();
    }

    /// A name that AWS's newest model refuses, which the facts do not have: its shape FunctionUrlFunctionName.
    public static ServiceException invalidName(String name, String pattern) {
        return LambdaErrors.validation("1 validation error detected: Value '" + name
                + "' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                + pattern);
    }

    /// Quoted in <https://github.com/anomalyco/ion/pull/229>.
    static ServiceException noOrigins() {
        return LambdaErrors.invalidParameter("You can't leave AllowOrigins as empty when Cors is enabled.");
    }

    /// Boda's sentence: what AWS says of rules that no header can hold was not found.
    static ServiceException noHeader() {
        return LambdaErrors.invalidParameter("The lists of Cors may hold printable ASCII characters only.");
    }

    /// As boto3 printed it to a user of `create_function_url_config` in May 2026, in a public log.
    static ServiceException methodsBesideAll() {
        return LambdaErrors.invalidParameter("You can't specify additional fields for AllowMethods because you already"
                + " specified the wildcard character (*).");
    }

    /// The second sentence is quoted in <https://github.com/Worklytics/psoxy/pull/911>; what AWS says before it was not
    /// found.
    static ServiceException unknownMethod(String method) {
        return LambdaErrors.invalidParameter("You can't specify " + method + " for AllowMethods. You can use GET, PUT,"
                + " POST, DELETE, HEAD, PATCH, and the wildcard character (*).");
    }
}
