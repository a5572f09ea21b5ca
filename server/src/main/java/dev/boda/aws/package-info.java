/// AWS's wire: what is the same for every AWS service, and nothing of functions.
///
/// ```
/// BrowserGuard    403 for strangers' web pages; RefusalLog: who is turned away without a request
///   │
/// FrontDoor ──▶ Endpoint (one a service) ──▶ Protocol ──▶ RestJson, AwsJson
///   caller        its model, operations        │ SDK class ⇄ request, answer, error
///   service                                    └ JsonReader, JsonWriter, RestText
///   the catch     Constraints: AWS's sentences
///                 OperationAccess ──▶ AccessGate: may the caller?
/// ```
///
/// [FrontDoor] gives a request its id and finds its [Caller], service and operation; the operation is a method that
/// takes and returns the SDK's model classes, registered by name in [ServiceOperations]. Everything between is driven
/// by [dev.boda.aws.model]: no wire shape is typed by hand. [SignatureCheck] judges a signature by the headers alone;
/// the [SignatureClaim] that it leaves is proven when the body is there. A refusal is a [ServiceException], thrown from
/// anywhere.
/// Always true: an operation sees only input that AWS's model allows; an operation that is not registered is refused
/// by its name; no operation is reached under a known key that did not sign the request, nor before [AccessGate] was
/// asked for everything that it does; a refusal has the shape that its protocol and the error's model say.
@NullMarked
package dev.boda.aws;

import org.jspecify.annotations.NullMarked;
