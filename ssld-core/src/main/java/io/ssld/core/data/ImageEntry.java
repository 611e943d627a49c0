package io.ssld.core.data;

import java.io.File;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/**
 * One image of an {@link ImageList}, with its class if somebody told it.
 *
 * @param path where the image is, as written in the list: relative to the list's root, or absolute
 * @param label the class number from 0, or {@link #UNLABELLED}
 */
public record ImageEntry(Path path, int label) {

    /** The label of an image that has none. */
    public static final int UNLABELLED = -1;

    /**
     * Checks the entry.
     *
     * @throws IllegalArgumentException if the label is neither a class number nor {@link
     *     #UNLABELLED}, or the path is empty
     */
    public ImageEntry {
        Objects.requireNonNull(path, "path");
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("path must not be empty");
        }
        if (label < UNLABELLED) {
            throw new IllegalArgumentException(
                    "label must be a class number from 0, or "
                            + UNLABELLED
                            + " for none, but was "
                            + label);
        }
    }

    /**
     * Creates an entry without a label.
     *
     * @param path where the image is
     * @return the entry
     */
    public static ImageEntry unlabelled(Path path) {
        return new ImageEntry(path, UNLABELLED);
    }

    /**
     * Returns whether somebody told the class of this image.
     *
     * @return whether {@link #label()} is a class number
     */
    public boolean isLabelled() {
        return label != UNLABELLED;
    }

    /**
     * Returns the path for people to read: what cannot be seen, such as a no-break space, a tab or
     * a line break, is written as its number.
     *
     * @return the path with such characters as <code>&#92;u00a0</code>
     */
    public String shown() {
        return shown(path.toString());
    }

    public static String shown(String path) {
        Objects.requireNonNull(path, "path");
        StringBuilder text = new StringBuilder();
        path.codePoints()
                .forEach(
                        c -> {
                            if (isSeen(c)) {
                                text.appendCodePoint(c);
                            } else {
                                text.append(String.format(Locale.ROOT, "\\u%04x", c));
                            }
                        });
        return text.toString();
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.SPACE_SEPARATOR -> c == ' ';
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> c != 0xFFFD;
        };
    }

    /** The path with forward slashes, so that a list reads the same on every system. */
    public String pathText() {
        return path.toString().replace(File.separatorChar, '/');
    }
}
