package io.ssld.cli.common;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.LeftOut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Images as users name them on a command: {@code LIST|DIR}. */
public final class ListOrFolder {

    private ListOrFolder() {}

    /**
     * Reads a list or lists a folder.
     *
     * @param given the list or folder
     * @param root where relative paths of a list start from; null for the list's own folder
     * @param report hears what of a folder is left out
     */
    static ImageList read(Path given, @Nullable Path root, LeftOut report) throws IOException {
        if (Files.isDirectory(given)) {
            return ImageList.ofFolder(given, report);
        }
        if (!Files.exists(given)) {
            throw new IOException(
                    "%s must be a list of images or a folder, but is not there".formatted(given));
        }
        return ImageList.read(given, root == null ? folderOf(given) : root);
    }

    /** The folder that a file is in, or will be. */
    public static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        return parent == null ? file.toAbsolutePath().getRoot() : parent;
    }
}
