package io.ssld.core.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An image that could not be used.
 *
 * @param path where it is
 * @param reason why it could not be used
 */
public record QuarantinedImage(Path path, String reason) {

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public QuarantinedImage {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(reason, "reason");
    }
}
