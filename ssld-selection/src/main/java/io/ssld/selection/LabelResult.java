package io.ssld.selection;

import io.ssld.core.data.QuarantinedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link SoftLabeler} did.
 *
 * @param table where the table is
 * @param images how many images have a row
 * @param resumed how many of the pool's images were done by an earlier run
 * @param quarantined what could not be used, paths as the pool's list writes them
 * @param seconds how long this run took
 */
public record LabelResult(
        Path table, long images, long resumed, List<QuarantinedImage> quarantined, double seconds) {

    /**
     * Keeps its own copy of the list.
     *
     * @throws NullPointerException naming the component
     */
    public LabelResult {
        Objects.requireNonNull(table, "table");
        Objects.requireNonNull(quarantined, "quarantined");
        quarantined = List.copyOf(quarantined);
    }
}
