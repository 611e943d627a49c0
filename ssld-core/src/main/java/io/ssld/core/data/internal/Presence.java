package io.ssld.core.data.internal;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.ImageWalk;
import io.ssld.core.data.QuarantinedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Which files of a list are there at all: a look at the file system, not into the files, on all
 * processors. A million takes seconds, and saves the days of a run on the few that exist.
 *
 * @param images how many the list names
 * @param missing those that are not there, in the list's order
 */
public record Presence(int images, List<QuarantinedImage> missing) {

    /** Copies the list. */
    public Presence {
        Objects.requireNonNull(missing, "missing");
        missing = List.copyOf(missing);
    }

    /**
     * Looks for the files of a list.
     *
     * @param list the list
     * @return what is missing
     */
    public static Presence of(ImageList list) {
        Objects.requireNonNull(list, "list");
        List<ImageEntry> entries = list.entries();
        List<QuarantinedImage> missing =
                IntStream.range(0, entries.size())
                        .parallel()
                        .mapToObj(i -> list.resolve(entries.get(i)))
                        // The question asked of almost all files, and the cheapest one.
                        .filter(file -> !Files.exists(file))
                        .map(file -> new QuarantinedImage(file, reason(file)))
                        .toList();
        return new Presence(entries.size(), missing);
    }

    /**
     * Tells why a file that is not there is not.
     *
     * @param file the file
     * @return that it is not found, where its link leads, or what in its name nobody sees
     */
    public static String reason(Path file) {
        Objects.requireNonNull(file, "file");
        try {
            if (Files.isSymbolicLink(file)) {
                return "link " + ImageWalk.leadsNowhere(file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Gone meanwhile, or a file system without links: not found, as said below.
        }
        String name = file.toString();
        String shown = ImageEntry.shown(name);
        return shown.equals(name)
                ? "file not found"
                : "file not found; what cannot be seen in its name is shown in '" + shown + "'";
    }

    /**
     * Refuses a list of which too much is missing.
     *
     * @param name what the list is for, such as {@code training}
     * @param limit the share that may be missing, 0 to 1
     * @param remedy how to allow it
     * @throws IOException if more is missing; with the first ones
     */
    public void requireAtMost(String name, double limit, String remedy) throws IOException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(remedy, "remedy");
        if (missing.size() > limit * images) {
            throw new IOException(
                    "images of %s must exist but for %s %%, but %s; mend the paths or where they start from, or %s"
                            .formatted(name, Math.round(100 * limit), inWords(), remedy));
        }
    }

    /**
     * Says it in words.
     *
     * @return how many are missing, and the first
     */
    public String inWords() {
        return missing.isEmpty()
                ? "none of " + images + " is missing"
                : String.format(
                        Locale.ROOT,
                        "%d of %d %s missing, the first: %s: %s",
                        missing.size(),
                        images,
                        missing.size() == 1 ? "is" : "are",
                        missing.get(0).path(),
                        missing.get(0).reason());
    }
}
