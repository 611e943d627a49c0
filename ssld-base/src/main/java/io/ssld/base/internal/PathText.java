package io.ssld.base.internal;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths as text, where the system's locale may not know the letters.
 *
 * <p>Java reads and writes names of files in the encoding of the locale that it was started in.
 * Without one, as in a bare container, that is ASCII: no other name can be written, and one that is
 * listed is not found again by its text.
 */
public final class PathText {

    private PathText() {}

    /**
     * Makes a path of text.
     *
     * @param text the path
     * @return the path
     * @throws IllegalArgumentException if the system cannot have it, saying what to set
     */
    public static Path of(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    isUnicode()
                            ? "path must be one that this system can have, but was "
                                    + text
                                    + ": "
                                    + e.getReason()
                            : message(text),
                    e);
        }
    }

    /**
     * Makes sure that a path from the system can be written down and found again.
     *
     * @param path as it was listed
     * @return the path
     * @throws IllegalArgumentException if its letters are not those of the locale
     */
    public static Path readable(Path path) {
        String text = path.toString();
        if (!isUnicode() && text.indexOf('\ufffd') >= 0) {
            throw new IllegalArgumentException(message(text));
        }
        return path;
    }

    private static String message(String name) {
        return "name of a file must be in the letters of the locale, which are "
                + encoding()
                + ", but was "
                + name
                + "; start Java in a UTF-8 locale, such as LC_ALL=C.UTF-8";
    }

    private static String encoding() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }

    private static boolean isUnicode() {
        String name = encoding();
        return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.UTF_8);
    }
}
