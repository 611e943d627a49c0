package io.ssld.selection;

import io.ssld.core.data.ImageList;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where paths of tables lead, and how a file elsewhere writes them. A file's relative paths start
 * from its own folder, so what lies elsewhere is written absolute.
 *
 * @param root where relative paths of the tables start from; null for each table's own folder
 * @param home the folder of the file that is written
 */
record TablePaths(@Nullable Path root, Path home) {

    static TablePaths to(Path file, @Nullable Path root) {
        return new TablePaths(root, folderOf(file));
    }

    /** The path of a row as the file writes it. */
    Path written(@Nullable Path table, String path) {
        if (root != null) {
            Path file = root.resolve(path).toAbsolutePath();
            // Absolute, so that it reads with that root as well as from its own folder.
            return isHome(root) ? ImageList.written(file, home) : file;
        }
        return ImageList.written((table == null ? home : folderOf(table)).resolve(path), home);
    }

    private boolean isHome(Path folder) {
        return folder.toAbsolutePath().normalize().equals(home);
    }

    private static Path folderOf(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        return parent == null ? absolute : parent;
    }
}
