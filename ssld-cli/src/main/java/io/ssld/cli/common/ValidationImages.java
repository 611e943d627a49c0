package io.ssld.cli.common;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.finetuning.ClassNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Labelled images for a network: a list, or a folder with a sub-folder a class.
 *
 * <p>Sub-folders are matched with the network's classes by name, where it knows names; of names
 * such as {@code n01440764 tench, Tinca tinca} the first word is enough. Without names, or with
 * numbers for names, they are numbered in order.
 *
 * @param images the images, labelled with the network's classes
 * @param classNames the names of the network's classes; of the folder's where it knows none
 */
public record ValidationImages(ImageList images, List<String> classNames) {

    public static ValidationImages read(
            Path source, @Nullable Path root, InputLists lists, OpenModel model)
            throws IOException {
        ImageList list = lists.read(source, root);
        if (Files.isDirectory(source)) {
            return folder(source, list, model);
        }
        requireLabels(list, source, model.classes());
        return new ValidationImages(list, model.labels());
    }

    private static ValidationImages folder(Path source, ImageList list, OpenModel model)
            throws IOException {
        List<String> folders = list.classNames();
        int[] classes = numbers(source, folders, model);
        List<ImageEntry> entries = new ArrayList<>();
        for (ImageEntry entry : list.entries()) {
            int label = entry.isLabelled() ? classes[entry.label()] : entry.label();
            entries.add(new ImageEntry(entry.path(), label));
        }
        ImageList labelled = new ImageList(source, entries);
        requireLabels(labelled, source, model.classes());
        boolean named = !model.classNames().isEmpty() || folders.size() != model.classes();
        return new ValidationImages(labelled, named ? model.labels() : folders);
    }

    /** The network's class of each sub-folder. */
    private static int[] numbers(Path source, List<String> folders, OpenModel model)
            throws IOException {
        int[] numbers = new int[folders.size()];
        List<String> unknown = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = find(folders.get(i), model.classNames());
            if (numbers[i] < 0) {
                unknown.add(folders.get(i));
            }
        }
        if (unknown.isEmpty()) {
            return numbers;
        }
        boolean unnamed = model.classNames().equals(ClassNames.numbered(model.classes()));
        boolean counted = unknown.size() == folders.size() && folders.size() == model.classes();
        if (model.classNames().isEmpty() || (unnamed && counted)) {
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = i;
            }
            return numbers;
        }
        throw new IOException(
                "%s must have sub-folders named as the model's classes, but %s are not among %s"
                        .formatted(source, unknown, shortened(model.classNames())));
    }

    private static int find(String folder, List<String> names) {
        int whole = names.indexOf(folder);
        if (whole >= 0) {
            return whole;
        }
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).startsWith(folder + " ")) {
                return i;
            }
        }
        return -1;
    }

    private static String shortened(List<String> names) {
        return names.size() <= 10
                ? names.toString()
                : names.subList(0, 10) + " and " + (names.size() - 10) + " more";
    }

    private static void requireLabels(ImageList list, Path source, int classes) throws IOException {
        if (list.size() == 0) {
            throw new IOException(source + " must name at least one image, but is empty");
        }
        for (ImageEntry entry : list.entries()) {
            if (!entry.isLabelled()) {
                throw new IOException(
                        "%s must label every image, but %s has no label"
                                .formatted(source, entry.path()));
            }
            if (entry.label() >= classes) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "label of %s in %s must be less than the model's %d classes, but"
                                        + " was %d",
                                entry.path(),
                                source,
                                classes,
                                entry.label()));
            }
        }
    }
}
