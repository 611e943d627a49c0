package io.ssld.weights;

import java.io.IOException;

/**
 * A weights file breaks a rule of its format, or holds what no weights file needs. The message
 * names the file, the tensor or the place in the file, and the rule.
 *
 * <p>Unlike any other {@link IOException}, trying again cannot help: the file itself is at fault.
 */
public final class MalformedWeightsException extends IOException {

    private static final long serialVersionUID = 1L;

    private static final int MAX_LENGTH = 1000;

    /**
     * Makes the message {@code source: name must rule, but finding}.
     *
     * @param finding what was found instead, such as {@code was 3}, and perhaps what to do
     */
    MalformedWeightsException(String source, String name, String rule, String finding) {
        super(printable(source + ": " + name + " must " + rule + ", but " + finding));
    }

    private MalformedWeightsException(String message, Throwable cause) {
        super(printable(message), cause);
    }

    /** Says in which file, and where, bytes broke a rule that the cause's message tells. */
    static MalformedWeightsException of(
            String source, String name, IllegalArgumentException cause) {
        return new MalformedWeightsException(
                source + ": " + name + ": " + cause.getMessage(), cause);
    }

    /** Parts of a message come from the file, and may not forge lines of a log or fill it. */
    private static String printable(String message) {
        String text = message.replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "...";
    }
}
