package io.ssld.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is where a path leads to.
 *
 * @param kind what it is
 * @param words the same for users, to follow the path
 */
record Place(Kind kind, String words) {

    /** As long as what temporary files and folders of ours are called besides the name. */
    private static final String ROOM = ".".repeat(48);

    private static final String STANDARD_INPUT = "/dev/stdin";
    private static final String DESCRIPTORS = "/dev/fd";

    /** Kinds of places. */
    enum Kind {
        FILE,
        FOLDER,
        /** What the system made for this process, such as a shell's {@code <(command)}. */
        STREAM,
        /** Nothing is there, but something can be. */
        FREE,
        /** Nothing that can be read or written. */
        UNUSABLE
    }

    static Place of(Path path) {
        Path above = above(path);
        if (!Files.isDirectory(above)) {
            return unusable("is below " + above + ", which is a file");
        }
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            if (found.isDirectory()) {
                return new Place(Kind.FOLDER, "is a folder");
            }
            if (found.isRegularFile()) {
                return new Place(Kind.FILE, "is a file");
            }
            boolean stream = path.startsWith(DESCRIPTORS) || path.equals(Path.of(STANDARD_INPUT));
            return stream
                    ? new Place(Kind.STREAM, "is a stream")
                    : unusable("is a pipe or a device");
        } catch (NoSuchFileException e) {
            return Files.isSymbolicLink(path)
                    ? unusable("is a link that leads nowhere")
                    : nothing(path);
        } catch (IOException e) {
            return unusable("cannot be looked at (" + reason(e) + ")");
        }
    }

    private static Place nothing(Path path) {
        Path beside = path.resolveSibling(path.getFileName() + ROOM);
        try {
            Files.readAttributes(beside, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return new Place(Kind.FREE, "is not there");
        } catch (IOException e) {
            return unusable("cannot be there (" + reason(e) + ")");
        }
        return new Place(Kind.FREE, "is not there");
    }

    private static Place unusable(String words) {
        return new Place(Kind.UNUSABLE, words);
    }

    /** The nearest folder above a path that exists, or the file that is in its place. */
    static Path above(Path path) {
        Path root = Objects.requireNonNull(path.toAbsolutePath().getRoot());
        for (Path up = path.toAbsolutePath().getParent(); up != null; up = up.getParent()) {
            if (Files.exists(up)) {
                return up;
            }
        }
        return root;
    }

    /** Why not even the first byte of a file can be read; null if it can. */
    static @Nullable String unreadable(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            in.read();
            return null;
        } catch (IOException e) {
            return reason(e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException fault ? fault.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
