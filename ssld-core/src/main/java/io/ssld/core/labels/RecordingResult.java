package io.ssld.core.labels;

import io.ssld.core.data.QuarantinedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link LabelRecorder} did.
 *
 * @param store where the store is
 * @param images how many images have labels
 * @param views how many labels each of them has
 * @param resumed how many views were done by an earlier run
 * @param quarantined what could not be used, paths as the list writes them
 * @param seconds how long this run took
 */
public record RecordingResult(
        Path store,
        long images,
        int views,
        long resumed,
        List<QuarantinedImage> quarantined,
        double seconds) {

    /** Keeps its own copy of the list. */
    public RecordingResult {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(quarantined, "quarantined");
        quarantined = List.copyOf(quarantined);
    }
}
