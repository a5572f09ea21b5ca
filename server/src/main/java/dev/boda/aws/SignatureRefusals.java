package dev.boda.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/// Why a caller is not let in, in the words of AWS's framework.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>; the rarer ones as DynamoDB,
/// which shares the framework, answered the authors of dynalite and aws-sig-verify.
///
/// @param status 403 of services that speak restJson, 400 of those that speak awsJson
record SignatureRefusals(int status) {

    private static final String INVALID_SIGNATURE = "InvalidSignatureException";
    private static final String INCOMPLETE = "IncompleteSignatureException";

    ServiceException missing() {
        return new ServiceException("MissingAuthenticationTokenException", status, "Missing Authentication Token");
    }

    /// Unknown keys, and known ones with another session's token.
    ServiceException unrecognized() {
        return new ServiceException(
                "UnrecognizedClientException", status, "The security token included in the request is invalid.");
    }

    ServiceException tokenExpired() {
        return new ServiceException(
                "ExpiredTokenException", status, "The security token included in the request is expired");
    }

    ServiceException mismatch() {
        return new ServiceException(
                INVALID_SIGNATURE,
                status,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret"
                        + " Access Key and signing method. Consult the service documentation for details.");
    }

    /// @param missing what the header lacks: `Credential`, `Signature`, `SignedHeaders`
    /// @param dated   whether the request says when it was signed
    ServiceException incompleteHeader(String authorization, List<String> missing, boolean dated) {
        var sentences = new StringBuilder();
        missing.forEach(part ->
                sentences.append("Authorization header requires '").append(part).append("' parameter. "));
        if (!dated) {
            sentences.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        return new ServiceException(INCOMPLETE, status, sentences + hashed(authorization));
    }

    private static String hashed(String authorization) {
        return "(Hashed with SHA-256 and encoded with Base64) Authorization="
                + Base64.getEncoder().encodeToString(Sha256.digest(authorization.getBytes(UTF_8)));
    }

    /// @param missing parameters, `X-Amz-Date`
    ServiceException incompleteQuery(List<String> missing) {
        var sentences = new StringBuilder();
        missing.forEach(parameter -> sentences
                .append("AWS query-string parameters must include '")
                .append(parameter)
                .append("'. "));
        return new ServiceException(INCOMPLETE, status, sentences + "Re-examine the query-string parameters.");
    }

    /// @param terminator what stands at the end of a credential
    ServiceException terminator(String terminator) {
        return new ServiceException(
                INVALID_SIGNATURE,
                status,
                "Credential should be scoped with a valid terminator: '" + SignatureV4.TERMINATOR + "', not '"
                        + terminator + "'.");
    }

    ServiceException credentialForm(String credential) {
        return new ServiceException(
                INCOMPLETE,
                status,
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"
                        + credential + "'");
    }

    ServiceException dateForm(String date) {
        return new ServiceException(
                INCOMPLETE,
                status,
                "Date must be in ISO-8601 'basic format'. Got '" + date
                        + "'. See http://en.wikipedia.org/wiki/ISO_8601");
    }

    ServiceException otherDay(String scope, String timestamp) {
        var day = timestamp.substring(0, scope.length());
        return new ServiceException(
                INVALID_SIGNATURE,
                status,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" + scope
                        + "' != '" + day + "', from '" + timestamp + "'.");
    }

    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>
    ServiceException otherService(String service) {
        return new ServiceException(
                INVALID_SIGNATURE, status, "Credential should be scoped to correct service: '" + service + "'. ");
    }

    /// @param region of the credential
    ServiceException otherRegion(String region) {
        return new ServiceException(
                INVALID_SIGNATURE, status, "Credential should be scoped to a valid region, not '" + region + "'. ");
    }

    ServiceException hostNotSigned() {
        return new ServiceException(
                INVALID_SIGNATURE, status, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    }

    /// @param life how long after its time a signature holds
    ServiceException expired(String timestamp, Instant now, Duration life) {
        return new ServiceException(
                INVALID_SIGNATURE,
                status,
                "Signature expired: " + timestamp + " is now earlier than " + SignatureTime.format(now.minus(life))
                        + " (" + SignatureTime.format(now) + " - " + inWords(life) + ")");
    }

    ServiceException notYetCurrent(String timestamp, Instant now, Duration skew) {
        return new ServiceException(
                INVALID_SIGNATURE,
                status,
                "Signature not yet current: " + timestamp + " is still later than "
                        + SignatureTime.format(now.plus(skew)) + " (" + SignatureTime.format(now) + " + "
                        + inWords(skew) + ")");
    }

    private static String inWords(Duration duration) {
        return duration.toSecondsPart() == 0 ? duration.toMinutes() + " min." : duration.toSeconds() + " sec.";
    }
}
