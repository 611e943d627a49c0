package io.ssld.selection;

import io.ssld.base.internal.ClassNameMatch;
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
 * @param classNames the names of the classes by number; empty if nobody told
 */
public record LabelFacts(
        int classes,
        int topK,
        String teacher,
        String teacherDigest,
        String view,
        List<String> classNames) {

    private static final String CLASS_NAMES = "class-names";

    /**
     * Tells facts of classes without names.
     *
     * @param classes how many classes the teacher knows
     * @param topK how many classes a row holds
     * @param teacher the teacher's name
     * @param teacherDigest the teacher's digest; empty if it does not tell
     * @param view what the teacher saw of an image
     */
    public LabelFacts(int classes, int topK, String teacher, String teacherDigest, String view) {
        this(classes, topK, teacher, teacherDigest, view, List.of());
    }

    /**
     * Checks the numbers.
     *
     * @throws NullPointerException naming the component
     * @throws IllegalArgumentException if there is no class, or a row would hold none or more than
     *     there are, a text has a tab or a line break, or there are names of another number of
     *     classes
     */
    public LabelFacts {
        Objects.requireNonNull(teacher, "teacher");
        Objects.requireNonNull(teacherDigest, "teacherDigest");
        Objects.requireNonNull(view, "view");
        Objects.requireNonNull(classNames, "classNames");
        classNames = List.copyOf(classNames);
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new IllegalArgumentException(
                    "classNames must be those of " + classes + " classes, but were " + classNames);
        }
        for (String name : classNames) {
            if (name.chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException(
                        "class name must be one line without tabs, but was '" + name + "'");
            }
        }
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
        List<String> lines = new ArrayList<>();
        lines.add(SoftLabelTable.FORMAT);
        lines.add("#classes\t" + classes);
        lines.add("#top\t" + topK);
        lines.add("#teacher\t" + teacher);
        lines.add("#teacher-digest\t" + teacherDigest);
        lines.add("#view\t" + view);
        if (!classNames.isEmpty()) {
            lines.add("#" + CLASS_NAMES + "\t" + String.join("\t", classNames));
        }
        lines.add(SoftLabelTable.COLUMNS);
        return lines;
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
                text(values, "view"),
                values.containsKey(CLASS_NAMES)
                        ? List.of(text(values, CLASS_NAMES).split("\t", -1))
                        : List.of());
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
        try {
            ClassNameMatch.require("the one", classNames, "the other", other.classNames);
        } catch (IllegalArgumentException e) {
            names.add(String.valueOf(e.getMessage()));
        }
        return names;
    }

    private static void addIfDifferent(List<String> names, String name, Object a, Object b) {
        if (!Objects.equals(a, b)) {
            names.add(name + " '" + a + "' and '" + b + "'");
        }
    }
}
