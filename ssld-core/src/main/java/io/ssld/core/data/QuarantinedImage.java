package io.ssld.core.data;

import java.nio.file.Path;

/**
 * An image that could not be used.
 *
 * @param path where it is
 * @param reason why it could not be used
 */
public record QuarantinedImage(Path path, String reason) {}
