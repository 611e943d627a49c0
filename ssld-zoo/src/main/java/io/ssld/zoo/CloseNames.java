package io.ssld.zoo;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names that somebody may have meant. */
final class CloseNames {

    private static final int SHOWN = 3;

    private CloseNames() {}

    /**
     * Returns the names within an edit distance of a third of the name asked for, closest first.
     *
     * @param asked what was written, in upper or lower case
     * @param names what exists
     * @return at most three names
     */
    static List<String> of(String asked, List<String> names) {
        int limit = Math.max(1, asked.length() / 3);
        return names.stream()
                .filter(name -> distance(asked, name) <= limit)
                .sorted(Comparator.comparingInt(name -> distance(asked, name)))
                .limit(SHOWN)
                .toList();
    }

    /** The fewest insertions, deletions and replacements, case ignored (Levenshtein, 1966). */
    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
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
