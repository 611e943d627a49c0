package io.ssld.cli.select;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How lists and tables that a command writes say where images are: so that the file can be read
 * with its own folder as the root, and with the root that the command was given.
 */
final class WrittenLists {

    private WrittenLists() {}

    /**
     * Returns images with the paths that a file writes: relative to the file's folder below it,
     * else absolute; all absolute if another root was given.
     *
     * @param images the images
     * @param folder where the file will be
     * @param root what the command was told relative paths start from, if anything
     */
    static ImageList in(Path folder, ImageList images, @Nullable Path root) {
        if (isOwn(folder, root)) {
            return images.on(folder);
        }
        List<ImageEntry> entries =
                images.entries().stream()
                        .map(e -> new ImageEntry(images.resolve(e).toAbsolutePath(), e.label()))
                        .toList();
        return new ImageList(folder, entries, images.classNames());
    }

    private static boolean isOwn(Path folder, @Nullable Path root) {
        return root == null
                || root.toAbsolutePath().normalize().equals(folder.toAbsolutePath().normalize());
    }
}
