package dev.boda.functionurl;

/// What the function answered makes no HTTP. AWS tells neither its caller nor its log why; the server's log does.
final class MalformedAnswerException extends Exception {

    MalformedAnswerException(String why) {
        super(why, null, false, false);
    }
}
