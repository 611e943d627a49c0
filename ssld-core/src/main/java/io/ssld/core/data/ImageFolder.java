package io.ssld.core.data;

import io.ssld.base.internal.PathText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder as a list of images: one sub-folder a class, or flat and without labels. */
final class ImageFolder {

    // The bytes of UTF-8 sort as code points do; String.compareTo sorts as UTF-16 does.
    private static final Comparator<String> BY_CODE_POINT =
            (a, b) ->
                    Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private ImageFolder() {}

    static List<String> classNames(Path folder) throws IOException {
        List<Path> children;
        try (Stream<Path> all = Files.list(folder)) {
            children = all.filter(child -> !ImageWalk.isHidden(child)).toList();
        }
        Path own = folder.toRealPath();
        Map<Path, Path> known = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (Path child : children.stream().sorted().toList()) {
            if (Files.isSymbolicLink(child) && !Files.exists(child) && !ImageWalk.isImage(child)) {
                throw new IOException(
                        child
                                + " must lead to a folder of images, but "
                                + ImageWalk.leadsNowhere(child)
                                + "; mend or remove the link");
            }
            Path real = Files.isDirectory(child) ? child.toRealPath() : own;
            // A link back to the folder itself is no class of it.
            if (own.startsWith(real)) {
                continue;
            }
            Path other = known.putIfAbsent(real, child);
            if (other != null) {
                throw new IOException(
                        "classes must be different folders, but %s and %s are both %s; remove one"
                                .formatted(other, child, real));
            }
            names.add(name(PathText.readable(child)));
        }
        names.sort(BY_CODE_POINT);
        return List.copyOf(names);
    }

    static ImageList read(Path folder, LeftOut report) throws IOException {
        List<String> classes = classNames(folder);
        List<ImageEntry> flat = new ArrayList<>();
        List<List<ImageEntry>> ofClass = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : classes) {
            numbers.put(name, ofClass.size());
            ofClass.add(new ArrayList<>());
        }
        try {
            for (Iterator<Path> walk = ImageWalk.of(folder, report); walk.hasNext(); ) {
                Path path = folder.relativize(walk.next());
                if (path.getNameCount() == 1) {
                    flat.add(ImageEntry.unlabelled(path));
                } else {
                    int label = Objects.requireNonNull(numbers.get(name(path.getName(0))));
                    ofClass.get(label).add(new ImageEntry(path, label));
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (!classes.isEmpty() && !flat.isEmpty()) {
            throw new IOException(
                    folder
                            + " must hold either images or a sub-folder per class, but holds both: "
                            + flat.get(0).path()
                            + " and "
                            + classes.get(0)
                            + "; move one of them away");
        }
        ofClass.forEach(flat::addAll);
        if (flat.isEmpty()) {
            throw new IOException(
                    folder
                            + " must hold images, but none of its files ends in one of "
                            + ImageWalk.extensions());
        }
        return new ImageList(folder, flat, classes);
    }

    private static String name(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }
}
