package io.ssld.selection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a {@link SoftLabelTable} have in common. Scores of tables whose facts are not
 * equal must not be compared.
 *
 * @param classes how many classes the teacher knows
 * @param topK how many classes a row holds
 * @param teacher the teacher's name
 * @param teacherDigest the teacher's digest; empty if it does not tell
 * @param view what the teacher saw of an image: size, crop and normalisation as text
 */
public record LabelFacts(int classes, int topK, String teacher, String teacherDigest, String view) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if there is no class, or a row would hold none or more than
     *     there are, or a text has a tab or a line break
     */
    public LabelFacts {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, but was " + classes);
        }
        if (topK < 1 || topK > classes) {
            throw new IllegalArgumentException(
                    "topK must be in 1.." + classes + ", but was " + topK);
        }
        for (String text : List.of(teacher, teacherDigest, view)) {
            if (text.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException(
                        "teacher and view must be one line without tabs, but was '" + text + "'");
            }
        }
    }

    /** The head of a table: its format, these facts, the names of the columns. */
    List<String> toLines() {
        return List.of(
                SoftLabelTable.FORMAT,
                "#classes\t" + classes,
                "#top\t" + topK,
                "#teacher\t" + teacher,
                "#teacher-digest\t" + teacherDigest,
                "#view\t" + view,
                SoftLabelTable.COLUMNS);
    }

    /** Reads the lines between format and columns; throws IllegalArgumentException saying why. */
    static LabelFacts parse(List<String> lines) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : lines) {
            int tab = line.indexOf('\t');
            if (tab < 0 || !line.startsWith("#")) {
                throw new IllegalArgumentException(
                        "head must hold '#name<tab>value', but was '" + line + "'");
            }
            values.put(line.substring(1, tab), line.substring(tab + 1));
        }
        return new LabelFacts(
                number(values, "classes"),
                number(values, "top"),
                text(values, "teacher"),
                text(values, "teacher-digest"),
                text(values, "view"));
    }

    private static String text(Map<String, String> values, String name) {
        @Nullable String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("head must hold #" + name + ", but has not");
        }
        return value;
    }

    private static int number(Map<String, String> values, String name) {
        String value = text(values, name);
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "#" + name + " must be a whole number, but was " + value, e);
        }
    }

    /** Names what differs from other facts; empty if nothing does. */
    List<String> differences(LabelFacts other) {
        List<String> names = new ArrayList<>();
        addIfDifferent(names, "classes", classes, other.classes);
        addIfDifferent(names, "topK", topK, other.topK);
        addIfDifferent(names, "teacher", teacher, other.teacher);
        addIfDifferent(names, "teacherDigest", teacherDigest, other.teacherDigest);
        addIfDifferent(names, "view", view, other.view);
        return names;
    }

    private static void addIfDifferent(List<String> names, String name, Object a, Object b) {
        if (!Objects.equals(a, b)) {
            names.add(name + " '" + a + "' and '" + b + "'");
        }
    }
}
