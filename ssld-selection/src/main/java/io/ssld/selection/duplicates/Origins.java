package io.ssld.selection.duplicates;

import io.ssld.core.data.ImageEntry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where images come from and under which licence, as a CSV file beside a list says: a header with
 * the columns {@code image}, {@code licence} and {@code origin} in any order, others ignored, and
 * one line an image, named as in the list.
 */
public final class Origins {

    /** Nothing is known of any image. */
    public static final Origins NONE = new Origins(Map.of());

    private final Map<String, Origin> byImage;

    private Origins(Map<String, Origin> byImage) {
        this.byImage = byImage;
    }

    /**
     * What is known of an image.
     *
     * @param licence the licence; empty if not known
     * @param origin where it comes from; empty if not known
     */
    public record Origin(String licence, String origin) {

        private static final Origin UNKNOWN = new Origin("", "");

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Origin {
            Objects.requireNonNull(licence, "licence");
            Objects.requireNonNull(origin, "origin");
        }

        boolean isComplete() {
            return !licence.isBlank() && !origin.isBlank();
        }
    }

    /**
     * Reads a file.
     *
     * @param csv the file, UTF-8
     * @return what it says
     * @throws IOException if it cannot be read, or lacks a column
     */
    public static Origins read(Path csv) throws IOException {
        Objects.requireNonNull(csv, "csv");
        List<String> lines = Files.readAllLines(csv);
        List<String> header =
                lines.isEmpty()
                        ? List.of()
                        : Csv.fields(lines.get(0).replace("\uFEFF", "")).stream()
                                .map(String::strip)
                                .toList();
        int image = column(header, "image", csv);
        int licence = column(header, "licence", csv);
        int origin = column(header, "origin", csv);
        Map<String, Origin> byImage = new HashMap<>();
        for (int i = 1; i < lines.size(); i++) {
            List<String> fields = Csv.fields(lines.get(i));
            if (fields.size() != header.size()) {
                if (lines.get(i).isBlank()) {
                    continue;
                }
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s, line %d: fields must be %d, but were %d",
                                csv,
                                i + 1,
                                header.size(),
                                fields.size()));
            }
            byImage.put(
                    fields.get(image),
                    new Origin(fields.get(licence).strip(), fields.get(origin).strip()));
        }
        return new Origins(byImage);
    }

    private static int column(List<String> header, String name, Path csv) throws IOException {
        int column = header.indexOf(name);
        if (column < 0) {
            throw new IOException(
                    "columns of %s must include image, licence and origin, but were %s"
                            .formatted(csv, header));
        }
        return column;
    }

    /**
     * Returns what is known of an image.
     *
     * @param entry the image, by its path as the list writes it
     * @return licence and origin, empty where not known
     */
    public Origin of(ImageEntry entry) {
        Objects.requireNonNull(entry, "entry");
        return byImage.getOrDefault(text(entry), Origin.UNKNOWN);
    }

    /** Returns the first image that lacks one of the two. */
    @Nullable ImageEntry firstIncomplete(List<ImageEntry> entries) {
        return entries.stream().filter(e -> !of(e).isComplete()).findFirst().orElse(null);
    }

    boolean isEmpty() {
        return byImage.isEmpty();
    }

    /** A path as lists write it, the same on every system. */
    static String text(ImageEntry entry) {
        return entry.path().toString().replace(File.separatorChar, '/');
    }
}
