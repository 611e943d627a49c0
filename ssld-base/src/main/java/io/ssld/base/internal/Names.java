package io.ssld.base.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
public final class Names {

    private static final int SHOWN = 3;

    private Names() {}

    /**
     * Returns what to say of a name that does not exist.
     *
     * @param what it names, such as "recipe"
     * @param asked what was written
     * @param names what exists
     * @return the message, with names that were perhaps meant
     */
    public static String unknown(String what, String asked, Collection<String> names) {
        return "%s must be one of %s, but was %s%s"
                .formatted(what, Messages.list(names), asked, suggestion(asked, names));
    }

    /**
     * Returns the end of a message about a name that does not exist.
     *
     * @param asked what was written
     * @param names what exists
     * @return "; did you mean A or B?", empty if nothing is alike
     */
    public static String suggestion(String asked, Collection<String> names) {
        List<String> close = close(asked, names);
        return close.isEmpty() ? "" : "; did you mean " + String.join(" or ", close) + "?";
    }

    /**
     * Returns the names that begin with what was asked for, or begin it, and those within an edit
     * distance of a third of its letters and digits; closest first. Case and punctuation do not
     * count.
     *
     * @param asked what was written
     * @param names what exists
     * @return at most three names
     */
    public static List<String> close(String asked, Collection<String> names) {
        String wanted = letters(asked);
        if (wanted.isEmpty()) {
            return List.of();
        }
        int limit = Math.max(1, wanted.length() / 3);
        return names.stream()
                .filter(
                        name ->
                                isBeginning(wanted, letters(name))
                                        || distance(wanted, letters(name)) <= limit)
                .sorted(Comparator.comparingInt(name -> distance(wanted, letters(name))))
                .limit(SHOWN)
                .toList();
    }

    /** Two letters begin too many names. */
    private static boolean isBeginning(String asked, String name) {
        return Math.min(asked.length(), name.length()) > 2
                && (name.startsWith(asked) || asked.startsWith(name));
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** The fewest insertions, deletions and replacements (Levenshtein, 1966). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
