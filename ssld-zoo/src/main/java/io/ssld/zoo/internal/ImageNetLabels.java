package io.ssld.zoo.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The names of the 1000 classes of ImageNet-1k. */
public final class ImageNetLabels {

    private static final String FILE = "synset.txt";

    private ImageNetLabels() {}

    /**
     * Reads the names: WordNet's number of a class and its words, such as {@code n01440764 tench,
     * Tinca tinca}.
     *
     * @return the names in the order of the classes
     */
    public static List<String> read() {
        try (InputStream in = ImageNetLabels.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " must be in the jar, but is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
