package io.ssld.base.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Whether two sources mean the same classes by the same numbers. Compared where both know names; a
 * source without names has only its numbers, and so has one whose names are {@code 0, 1, 2} and so
 * on, as networks have that learned from lists. Of names such as {@code n01440764 tench, Tinca
 * tinca} the first word is enough.
 */
public final class ClassNameMatch {

    private static final int SHOWN = 3;

    private ClassNameMatch() {}

    /**
     * Requires equal names in equal order.
     *
     * @param first what has the first names, for the message
     * @param names its names by class number; empty if it knows none
     * @param second what has the second names
     * @param others its names by class number; empty if it knows none
     * @throws IllegalArgumentException if both know names and these are others, or in another
     *     order; with the first differences
     */
    public static void require(
            String first, List<String> names, String second, List<String> others) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(names, "names");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(others, "others");
        if (names.isEmpty() || others.isEmpty() || isSame(names, others)) {
            return;
        }
        boolean reordered = new HashSet<>(names).equals(new HashSet<>(others));
        if (!reordered && (areNumbers(names) || areNumbers(others))) {
            return;
        }
        List<String> differences = new ArrayList<>();
        int different = 0;
        for (int i = 0; i < Math.max(names.size(), others.size()); i++) {
            String one = i < names.size() ? "'" + names.get(i) + "'" : "none";
            String other = i < others.size() ? "'" + others.get(i) + "'" : "none";
            boolean both = i < names.size() && i < others.size();
            boolean equal = both && isSame(names.get(i), others.get(i));
            if (!equal && ++different <= SHOWN) {
                differences.add("class " + i + " is " + one + " and " + other);
            }
        }
        throw new IllegalArgumentException(
                String.format(
                        Locale.ROOT,
                        "class names of %s and %s must be the same in the same order, but %d of %d"
                                + " %s: %s%s; %s",
                        first,
                        second,
                        different,
                        Math.max(names.size(), others.size()),
                        reordered ? "are in another order" : "differ",
                        String.join(", ", differences),
                        different > SHOWN ? " and so on" : "",
                        reordered
                                ? "number the classes alike on both sides"
                                : "use sources of the same classes"));
    }

    /**
     * Takes the names that either source knows.
     *
     * @param first what has the first names, for the message
     * @param names its names by class number; empty if it knows none
     * @param second what has the second names
     * @param others its names by class number; empty if it knows none
     * @return the names; empty if neither knows any
     * @throws IllegalArgumentException as {@link #require}
     */
    public static List<String> either(
            String first, List<String> names, String second, List<String> others) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(names, "names");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(others, "others");
        require(first, names, second, others);
        return names.isEmpty() || (areNumbers(names) && !others.isEmpty()) ? others : names;
    }

    /**
     * Tells whether two names mean one class: equal, or one of them the first word of the other.
     *
     * @param name a name
     * @param other another
     * @return whether they do
     */
    public static boolean isSame(String name, String other) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(other, "other");
        return name.equals(other) || name.startsWith(other + " ") || other.startsWith(name + " ");
    }

    private static boolean isSame(List<String> names, List<String> others) {
        return names.size() == others.size()
                && IntStream.range(0, names.size())
                        .allMatch(i -> isSame(names.get(i), others.get(i)));
    }

    private static boolean areNumbers(List<String> names) {
        return IntStream.range(0, names.size())
                .allMatch(i -> names.get(i).equals(String.valueOf(i)));
    }
}
