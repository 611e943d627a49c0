package io.ssld.zoo.djl;

import io.ssld.base.internal.Shielded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder that appears only when it is whole. */
final class NewFolder {

    private NewFolder() {}

    /** Writes the files of a folder. */
    @FunctionalInterface
    interface Content {
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Writes a folder beside its place and moves it there when complete.
     *
     * @param folder a new name or an empty folder; those above it are made
     * @param content writes the files
     * @throws IOException if there is something already, or a file cannot be written
     */
    static void write(Path folder, Content content) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        requireFree(target, folder);
        Path parent = target.getParent();
        if (parent == null) {
            throw new IOException("folder must have a name, but was " + folder);
        }
        Files.createDirectories(parent);
        Path partial =
                parent.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".partial");
        Files.createDirectory(partial);
        try {
            // What an interrupt does to files that are being written is nobody's wish.
            Shielded.run(() -> content.writeTo(partial));
            Files.deleteIfExists(target);
            Files.move(partial, target);
        } catch (Throwable e) {
            deleteAfter(e, partial);
            throw e;
        }
    }

    private static void requireFree(Path target, Path named) throws IOException {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target) || !isEmpty(target)) {
            throw new IOException(
                    "folder must be new or empty, but "
                            + named
                            + " exists; choose another one or delete it");
        }
    }

    static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        }
    }

    private static void deleteAfter(Throwable cause, Path folder) {
        try {
            List<Path> paths;
            try (Stream<Path> walk = Files.walk(folder)) {
                paths = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : paths) {
                Files.delete(path);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
