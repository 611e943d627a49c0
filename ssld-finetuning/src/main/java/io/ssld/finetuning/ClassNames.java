package io.ssld.finetuning;

import io.ssld.core.data.ImageList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The names of the classes, in the order of their numbers: from a folder, a file, or none. */
public final class ClassNames {

    private static final Pattern NUMBERED = Pattern.compile("(\\d{1,9})\\s+(\\S.*)");

    private ClassNames() {}

    /**
     * Reads a label file: one class a line, as a name alone or, as PaddleClas writes it, a number
     * and a name. Lines are taken for numbered ones if every line begins with a number.
     *
     * @param file UTF-8 text; blank lines and white space around a name are skipped
     * @return the names by number
     * @throws IOException if the file cannot be read, names no class or one twice, or its numbers
     *     are not 0, 1, 2 and so on, in any order
     */
    public static List<String> read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        List<String> lines =
                Files.readAllLines(file).stream()
                        .map(line -> line.replace("\uFEFF", "").strip())
                        .filter(line -> !line.isEmpty())
                        .toList();
        if (lines.isEmpty()) {
            throw new IOException(file + " must name a class a line, but is empty");
        }
        boolean numbered = lines.stream().allMatch(line -> NUMBERED.matcher(line).matches());
        List<String> names = numbered ? byNumber(lines, file) : lines;
        requireDifferent(names, file.toString());
        return names;
    }

    /**
     * Returns the classes of a folder of images: its sub-folders, by Unicode code point order.
     *
     * @param folder the folder
     * @return the names by number
     * @throws IOException if the folder cannot be read or has no sub-folders
     */
    public static List<String> ofFolder(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        List<String> names = ImageList.classNames(folder);
        if (names.isEmpty()) {
            throw new IOException(
                    folder + " must have a sub-folder a class to name them, but has none");
        }
        return names;
    }

    /**
     * Names classes by their numbers, for lists that come without names.
     *
     * @param classes how many, at least 1
     * @return 0, 1, 2 and so on
     */
    public static List<String> numbered(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes must be at least 1, but was " + classes);
        }
        return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    }

    private static List<String> byNumber(List<String> lines, Path file) throws IOException {
        @Nullable String[] names = new @Nullable String[lines.size()];
        for (String line : lines) {
            Matcher matcher = NUMBERED.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalStateException("line must be numbered, but was " + line);
            }
            int number = Integer.parseInt(matcher.group(1));
            if (number >= names.length || names[number] != null) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s must number its %d classes from 0 to %d, each once, but has"
                                        + " '%s'",
                                file,
                                names.length,
                                names.length - 1,
                                line));
            }
            names[number] = matcher.group(2);
        }
        // As many different numbers below the count as there are lines: none is left out.
        List<String> all = new ArrayList<>();
        for (String name : names) {
            all.add(String.valueOf(name));
        }
        return all;
    }

    private static void requireDifferent(List<String> names, String source) throws IOException {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IOException(
                        "%s must name every class differently, but has '%s' twice"
                                .formatted(source, name));
            }
        }
    }
}
