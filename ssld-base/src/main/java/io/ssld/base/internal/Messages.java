package io.ssld.base.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Messages that a person can read: as long as a screen at most, and the rest counted. */
public final class Messages {

    /** The characters of the longest message. */
    public static final int MAX_LENGTH = 2000;

    /** What one of several lists in a message may take, so that none hides the others. */
    private static final int MAX_LIST = 400;

    private Messages() {}

    /**
     * Returns a message of at most {@link #MAX_LENGTH} characters.
     *
     * @param message any text
     * @return the text, or its beginning and how many characters are left out
     */
    public static String limited(String message) {
        if (message.length() <= MAX_LENGTH) {
            return message;
        }
        // What is said of the rest has at most 40 characters.
        int kept = MAX_LENGTH - 40;
        if (Character.isHighSurrogate(message.charAt(kept - 1))) {
            kept--;
        }
        return message.substring(0, kept)
                + "... ("
                + (message.length() - kept)
                + " more characters)";
    }

    /**
     * Joins items by commas, as many as a message has room for beside others.
     *
     * @param items of any number
     * @return the first ones, and how many more there are
     */
    public static String list(Collection<?> items) {
        List<String> shown = new ArrayList<>();
        int length = 0;
        for (Object item : items) {
            String text = String.valueOf(item);
            length += text.length() + 2;
            if (length > MAX_LIST && !shown.isEmpty()) {
                break;
            }
            shown.add(text);
        }
        int more = items.size() - shown.size();
        return String.join(", ", shown) + (more == 0 ? "" : " and " + more + " more");
    }
}
