package io.ssld.finetuning;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.data.internal.Presence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether labelled images can teach their classes at all. */
final class ClassCoverage {

    private ClassCoverage() {}

    /**
     * Checks the labels of training images against the classes.
     *
     * @param images the images; those without a label and those that are missing do not count
     * @param names the classes
     * @param minimum how many images every class needs
     * @throws IllegalArgumentException naming the first label that is no class, or all classes that
     *     are short of images
     */
    static void require(ImageList images, List<String> names, int minimum) {
        int[] counts = new int[names.size()];
        Set<Path> missing =
                Presence.of(images).missing().stream()
                        .map(QuarantinedImage::path)
                        .collect(Collectors.toSet());
        for (ImageEntry entry : images.entries()) {
            if (!entry.isLabelled()) {
                continue;
            }
            if (entry.label() >= counts.length) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "training labels must be below the number of classes, %d, but %s"
                                        + " has %d; check the list or name all classes",
                                counts.length,
                                entry.path(),
                                entry.label()));
            }
            if (!missing.contains(images.resolve(entry))) {
                counts[entry.label()]++;
            }
        }
        List<String> wanting = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < minimum) {
                wanting.add(
                        String.format(
                                Locale.ROOT, "%d of class %d '%s'", counts[i], i, names.get(i)));
            }
        }
        if (!wanting.isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "training images must be at least %d a class, but were %s; add images,"
                                    + " leave the class out, or lower optMinImagesPerClass",
                            minimum,
                            String.join(", ", wanting)));
        }
    }
}
