package io.ssld.cli.select;

import io.ssld.selection.DroppedImage;
import io.ssld.selection.TrainingList;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a merge says: counts, and what was left out by reason. */
record MergeAnswer(String list, int images, int labelled, int mined, Map<String, Integer> dropped) {

    static MergeAnswer of(TrainingList.Merged merged, Path list) {
        Map<String, Integer> dropped = new TreeMap<>();
        for (DroppedImage image : merged.dropped()) {
            dropped.merge(image.reason().name().toLowerCase(Locale.ROOT), 1, Integer::sum);
        }
        return new MergeAnswer(
                list.toString(),
                merged.images().size(),
                merged.labelled(),
                merged.mined(),
                dropped);
    }

    /** One line. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d images: %d labelled, %d mined; left out: %s",
                images,
                labelled,
                mined,
                dropped.isEmpty() ? "none" : dropped);
    }
}
