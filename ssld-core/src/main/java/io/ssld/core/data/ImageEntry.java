package io.ssld.core.data;

import java.io.File;
import java.nio.file.Path;
import java.util.Objects;

/**
 * One image of an {@link ImageList}, with its class if somebody told it.
 *
 * @param path where the image is, as written in the list: relative to the list's root, or absolute
 * @param label the class number from 0, or {@link ExampleBatch#UNLABELLED}
 */
public record ImageEntry(Path path, int label) {

    /**
     * Checks the entry.
     *
     * @param path where the image is, relative to the list's root, or absolute
     * @param label the class number from 0, or {@link ExampleBatch#UNLABELLED}
     * @throws IllegalArgumentException if the label is neither a class number nor {@link
     *     ExampleBatch#UNLABELLED}, or the path is empty
     */
    public ImageEntry {
        Objects.requireNonNull(path, "path");
        if (path.toString().isEmpty()) {
            throw new IllegalArgumentException("path must not be empty");
        }
        if (label < ExampleBatch.UNLABELLED) {
            throw new IllegalArgumentException(
                    "label must be a class number from 0, or "
                            + ExampleBatch.UNLABELLED
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
        return new ImageEntry(path, ExampleBatch.UNLABELLED);
    }

    /**
     * Returns whether somebody told the class of this image.
     *
     * @return whether {@link #label()} is a class number
     */
    public boolean isLabelled() {
        return label != ExampleBatch.UNLABELLED;
    }

    /** The path with forward slashes, so that a list reads the same on every system. */
    String pathText() {
        return path.toString().replace(File.separatorChar, '/');
    }
}
