package io.ssld.selection;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An image that did not get into a training list.
 *
 * @param path where it is, as the training list would write it
 * @param reason why
 * @param other the image that it equals, as its own list writes it, or why it could not be read
 */
public record DroppedImage(Path path, Reason reason, String other) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public DroppedImage {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(other, "other");
    }

    /** Why an image is left out. */
    public enum Reason {
        /** It is an image of the validation list, by path. */
        VALIDATION_PATH,
        /** It has the content of an image of the validation list. */
        VALIDATION_CONTENT,
        /** An earlier line has its path. */
        SAME_PATH,
        /** An earlier image has its content. */
        SAME_CONTENT,
        /** It cannot be read, so nobody can tell that it is not a validation image. */
        UNREADABLE;

        /** Whether the image would have been seen in training and in validation. */
        public boolean isContamination() {
            return this == VALIDATION_PATH || this == VALIDATION_CONTENT;
        }
    }
}
