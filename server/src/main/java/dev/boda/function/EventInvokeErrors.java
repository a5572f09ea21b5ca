package dev.boda.function;

import dev.boda.aws.ServiceException;

/// Every way Lambda refuses what is about event invoke configs, with AWS's code, status and sentence. [LambdaErrors]
/// has the others. None of these was recorded: the sentences are known by what users quote and by what others hold
/// against AWS.
final class EventInvokeErrors {

    private EventInvokeErrors() {}

    /// To put or to update a config that says nothing.
    static ServiceException nothingSaid() {
        return LambdaErrors.invalidParameter("You must specify at least one of error handling or destination setting.");
    }

    /// The function, or this version or alias of it, is not there to be configured.
    static ServiceException noFunction() {
        return LambdaErrors.notFound("The function doesn't exist.");
    }

    /// @param arn ends in a qualifier, be it `$LATEST`
    static ServiceException notConfigured(String arn) {
        return LambdaErrors.notFound("The function " + arn + " doesn't have an EventInvokeConfig");
    }

    /// A service that is no destination, or not for this outcome.
    /// Quoted in <https://github.com/aws/aws-cdk/pull/37115>.
    static ServiceException invalidDestinations(EventDestinations destinations) {
        return LambdaErrors.invalidParameter("The provided destination config " + destinations + " is invalid.");
    }

    /// What a destination names is not there, or cannot be one.
    /// Quoted in <https://github.com/serverless/serverless/issues/7507>.
    static ServiceException invalidDestination(String arn) {
        return LambdaErrors.invalidParameter("The destination ARN " + arn + " is invalid.");
    }

    static ServiceException ownDestination() {
        return LambdaErrors.invalidParameter("You can't specify the function as a destination for itself.");
    }
}
