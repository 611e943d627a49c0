package io.ssld.examples.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command line names: files as they are, folders with all their images, and a list
 * on the standard input. A stream, so that a million paths need no memory: of a folder no more is
 * held than the names in it and in those above. (The iterator of a flat-mapped stream would first
 * gather all of a list.)
 */
final class ImagePaths implements Iterator<Path> {

    /** The argument that stands for a list on the standard input. */
    static final String STDIN = "-";

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff");

    private final InputStream stdin;

    /** What is still to come, the nearest on top. */
    private final Deque<Iterator<Path>> open = new ArrayDeque<>();

    private final Iterator<String> arguments;

    private @Nullable Path next;

    /** The folder that the command line names and that is looked through, until it has an image. */
    private @Nullable String imageless;

    private final List<String> empty = new ArrayList<>();

    private ImagePaths(List<String> arguments, InputStream stdin) {
        this.arguments = arguments.iterator();
        this.stdin = stdin;
        next = find();
    }

    /** Returns the files in the order of the arguments, those of folders sorted by name. */
    static ImagePaths of(List<String> arguments, InputStream stdin) {
        return new ImagePaths(arguments, stdin);
    }

    @Override
    public boolean hasNext() {
        return next != null;
    }

    @Override
    public Path next() {
        Path found = next;
        if (found == null) {
            throw new NoSuchElementException();
        }
        next = find();
        return found;
    }

    private @Nullable Path find() {
        while (true) {
            while (!open.isEmpty() && !open.peek().hasNext()) {
                open.pop();
            }
            if (open.isEmpty()) {
                if (imageless != null) {
                    empty.add(imageless);
                    imageless = null;
                }
                if (!arguments.hasNext()) {
                    return null;
                }
                String argument = arguments.next();
                boolean list = argument.equals(STDIN);
                imageless = list || !Files.isDirectory(path(argument)) ? null : argument;
                open.push(list ? lines() : List.of(path(argument)).iterator());
            }
            Path path = open.peek().hasNext() ? open.peek().next() : null;
            if (path != null && Files.isDirectory(path)) {
                open.push(children(path).iterator());
            } else if (path != null) {
                imageless = null;
                return path;
            }
        }
    }

    /** The folders among the arguments that held no image, as far as they were looked through. */
    List<String> empty() {
        return List.copyOf(empty);
    }

    /** What can be no path, such as one with a zero, is told like a file that does not exist. */
    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            return Path.of(text.replaceAll("[^ -~]", "?"));
        }
    }

    /** One path a line; blank lines are skipped. */
    private Iterator<Path> lines() {
        return new BufferedReader(new InputStreamReader(stdin, StandardCharsets.UTF_8))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(ImagePaths::path)
                .iterator();
    }

    /** The images and folders in a folder, without hidden ones. */
    private static List<Path> children(Path folder) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(children::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Told like any other file that cannot be read, and the rest goes on.
            return List.of(folder.resolve("?"));
        }
        children.removeIf(child -> name(child).startsWith("."));
        children.removeIf(child -> !isImage(child) && !Files.isDirectory(child));
        children.sort(Comparator.comparing(ImagePaths::name));
        return children;
    }

    private static boolean isImage(Path file) {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static String name(Path path) {
        return Objects.toString(path.getFileName(), "");
    }
}
