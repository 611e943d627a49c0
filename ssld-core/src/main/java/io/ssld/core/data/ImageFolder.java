package io.ssld.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** A folder as a list of images: one sub-folder a class, or flat and without labels. */
final class ImageFolder {

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff");

    // The bytes of UTF-8 sort as code points do; String.compareTo sorts as UTF-16 does.
    private static final Comparator<String> BY_CODE_POINT =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private ImageFolder() {}

    static List<String> classNames(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(Files::isDirectory)
                    .map(child -> String.valueOf(child.getFileName()))
                    .filter(name -> !isHidden(name))
                    .sorted(BY_CODE_POINT)
                    .toList();
        }
    }

    static List<ImageEntry> entries(Path folder) throws IOException {
        List<String> classes = classNames(folder);
        List<ImageEntry> entries = new ArrayList<>();
        for (Path path : images(folder, folder, 1)) {
            entries.add(ImageEntry.unlabelled(path));
        }
        if (!classes.isEmpty() && !entries.isEmpty()) {
            throw new IOException(
                    folder
                            + " must hold either images or a sub-folder per class, but holds both: "
                            + entries.get(0).path()
                            + " and "
                            + classes.get(0)
                            + "; move one of them away");
        }
        for (int label = 0; label < classes.size(); label++) {
            Path home = folder.resolve(classes.get(label));
            for (Path path : images(folder, home, Integer.MAX_VALUE)) {
                entries.add(new ImageEntry(path, label));
            }
        }
        if (entries.isEmpty()) {
            throw new IOException(
                    folder
                            + " must hold images, but none of its files ends in one of "
                            + EXTENSIONS.stream().sorted().toList());
        }
        return entries;
    }

    /** The images under {@code home}, relative to {@code folder}, in order. */
    private static List<Path> images(Path folder, Path home, int depth) throws IOException {
        // Links are followed, since data sets are often put together from them.
        try (Stream<Path> files = Files.walk(home, depth, FileVisitOption.FOLLOW_LINKS)) {
            return files.filter(file -> isImage(home.relativize(file)) && Files.isRegularFile(file))
                    .map(folder::relativize)
                    .sorted(Comparator.comparing(ImageFolder::text, BY_CODE_POINT))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isImage(Path relative) {
        for (Path part : relative) {
            if (isHidden(part.toString())) {
                return false;
            }
        }
        String name = relative.toString();
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean isHidden(String name) {
        return name.startsWith(".");
    }

    private static String text(Path path) {
        return ImageEntry.unlabelled(path).pathText();
    }
}
