package io.ssld.cli.common;

import io.ssld.core.data.ImageWalk;
import io.ssld.core.data.LeftOut;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command line names: files as they are, folders with all their images, and a list
 * on the standard input. A stream, so that a million paths need no memory: of a folder no more is
 * held than the names in it and in those above. (The iterator of a flat-mapped stream would first
 * gather all of a list.)
 */
public final class ImagePaths implements Iterator<Path> {

    /** The argument that stands for a list on the standard input. */
    public static final String STDIN = "-";

    private final InputStream stdin;
    private final LeftOut leftOut;

    /** What is still to come, the nearest on top. */
    private final Deque<Iterator<Path>> open = new ArrayDeque<>();

    private final Iterator<String> arguments;

    private @Nullable Path next;

    /** The folder that the command line names and that is looked through, until it has an image. */
    private @Nullable String imageless;

    private final List<String> empty = new ArrayList<>();

    private ImagePaths(List<String> arguments, InputStream stdin, LeftOut leftOut) {
        this.leftOut = leftOut;
        this.arguments = arguments.iterator();
        this.stdin = stdin;
        next = find();
    }

    /**
     * Returns the files in the order of the arguments, those of folders sorted by name.
     *
     * @param leftOut hears what of folders is left out, as they are walked
     */
    public static ImagePaths of(List<String> arguments, InputStream stdin, LeftOut leftOut) {
        return new ImagePaths(arguments, stdin, leftOut);
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
                open.push(images(path));
            } else if (path != null) {
                imageless = null;
                return path;
            }
        }
    }

    /** The folders among the arguments that held no image, as far as they were looked through. */
    public List<String> empty() {
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

    /** A folder that cannot be read is told like any file that cannot, and the rest goes on. */
    private Iterator<Path> images(Path folder) {
        List<Path> unreadable = new ArrayList<>();
        Iterator<Path> walk =
                ImageWalk.of(
                        folder,
                        new ImageWalk.Listener() {
                            @Override
                            public void onHidden(Path path) {
                                leftOut.onHidden(path);
                            }

                            @Override
                            public void onLink(Path link, String reason) {
                                leftOut.onLink(link, reason);
                            }

                            @Override
                            public void onUnreadable(Path bad, IOException fault) {
                                unreadable.add(bad.resolve("?"));
                            }
                        });
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return walk.hasNext() || !unreadable.isEmpty();
            }

            @Override
            public Path next() {
                return unreadable.isEmpty() ? walk.next() : unreadable.remove(0);
            }
        };
    }
}
