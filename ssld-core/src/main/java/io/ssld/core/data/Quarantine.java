package io.ssld.core.data;

import io.ssld.base.internal.CsvText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * The images that could not be used, and why. A run goes on without them; whoever wants to know
 * asks here. Threads may share a quarantine.
 */
public final class Quarantine {

    private final ConcurrentMap<Path, String> reasons = new ConcurrentHashMap<>();

    /** Creates an empty quarantine. */
    public Quarantine() {}

    /**
     * Puts an image in; the first reason stays.
     *
     * @param path where the image is
     * @param reason why it cannot be used
     */
    public void add(Path path, String reason) {
        Objects.requireNonNull(path, "path");
        reasons.putIfAbsent(path, Objects.requireNonNull(reason, "reason"));
    }

    /**
     * Returns whether an image is in.
     *
     * @param path where the image is
     * @return whether it was put in
     */
    public boolean contains(Path path) {
        Objects.requireNonNull(path, "path");
        return reasons.containsKey(path);
    }

    /**
     * Returns how many images are in.
     *
     * @return the number of different paths
     */
    public int size() {
        return reasons.size();
    }

    /**
     * Returns what is in now.
     *
     * @return one entry a path, sorted by path
     */
    public List<QuarantinedImage> entries() {
        return reasons.entrySet().stream()
                .map(e -> new QuarantinedImage(e.getKey(), e.getValue()))
                .sorted(Comparator.comparing((QuarantinedImage image) -> image.path().toString()))
                .toList();
    }

    /**
     * Writes the report as CSV (RFC 4180, UTF-8, header {@code path,reason}), beside and moved into
     * place.
     *
     * @param file where to write; replaced if it exists
     * @throws IOException if the file cannot be written
     */
    public void writeCsv(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Stream<String> rows =
                entries().stream()
                        .map(
                                e ->
                                        CsvText.quoted(e.path().toString())
                                                + ','
                                                + CsvText.quoted(e.reason()));
        TextLines.write(file, Stream.concat(Stream.of("path,reason"), rows));
    }
}
