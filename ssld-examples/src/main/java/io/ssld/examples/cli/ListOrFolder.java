package io.ssld.examples.cli;

import io.ssld.core.data.ImageList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images as users name them on a command: {@code LIST|DIR}. */
final class ListOrFolder {

    private ListOrFolder() {}

    /**
     * Reads a list or lists a folder.
     *
     * @param given the list or folder
     * @param root where relative paths of a list start from; null for the list's own folder
     */
    static ImageList read(Path given, @Nullable Path root) throws IOException {
        if (Files.isDirectory(given)) {
            return ImageList.ofFolder(given);
        }
        if (!Files.exists(given)) {
            throw new IOException(
                    "%s must be a list of images or a folder, but is not there".formatted(given));
        }
        return ImageList.read(given, root == null ? folderOf(given) : root);
    }

    /** Writes paths relative to another root where they lie below it, and absolute otherwise. */
    static ImageList onRoot(ImageList images, Path root) {
        return new ImageList(root, List.of()).merge(images);
    }

    /** The folder that a file is in, or will be. */
    static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? file.toAbsolutePath().getRoot() : parent;
    }
}
