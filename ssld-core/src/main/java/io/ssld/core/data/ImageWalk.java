package io.ssld.core.data;

import io.ssld.base.internal.PathText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The image files in and below a folder, by the Unicode code points of their paths: what every
 * reader of folders walks with.
 *
 * <p>Links are followed, since data sets are often put together from them, but each real folder is
 * walked once: a link to one that was walked already, its own parent above all, is left out. A link
 * that is named as an image and leads nowhere is given out like an image, so that whoever reads it
 * tells that it is missing. Hidden files and folders, and those that file managers and systems
 * leave behind, are left out.
 *
 * <p>An iterator: of a folder no more is held than the names in it and in those above, and the real
 * places of all folders.
 */
public final class ImageWalk implements Iterator<Path> {

    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp", "tif", "tiff");

    /** Beside all that begin with a dot, in lower case. */
    private static final Set<String> SYSTEM =
            Set.of(
                    "@eadir",
                    "@recycle",
                    "@recently-snapshot",
                    "@snapshot",
                    "@tmp",
                    "@sharesnap",
                    "#recycle",
                    "#snapshot",
                    "~snapshot",
                    "__macosx",
                    "__pycache__",
                    "$recycle.bin",
                    "recycler",
                    "system volume information",
                    "lost+found",
                    "network trash folder",
                    "temporary items",
                    "thumbs.db",
                    "ehthumbs.db",
                    "ehthumbs_vista.db",
                    "desktop.ini");

    /** Hears what a walk leaves out. */
    public interface Listener {

        /**
         * A hidden file or folder, or one of a system's, was left out.
         *
         * @param path where it is
         */
        default void onHidden(Path path) {}

        /**
         * A link was left out: to a folder that is walked already, or one that leads nowhere and is
         * not named as an image.
         *
         * @param link the link
         * @param reason what it leads to
         */
        default void onLink(Path link, String reason) {}

        /**
         * A folder cannot be read.
         *
         * @param folder the folder
         * @param fault why
         */
        void onUnreadable(Path folder, IOException fault);
    }

    /** A child of a folder; a folder's name ends in a slash, so that names sort as paths do. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Child(Path path, boolean isFolder, byte[] sorted) {

        static Child of(Path path) {
            boolean isFolder = Files.isDirectory(path);
            String name = name(path) + (isFolder ? "/" : "");
            return new Child(path, isFolder, name.getBytes(StandardCharsets.UTF_8));
        }
    }

    private final Listener listener;
    private final int depth;
    private final Set<Path> walked = new HashSet<>();

    /** What is still to come, the nearest on top. */
    private final Deque<Iterator<Child>> open = new ArrayDeque<>();

    /** The real places of the folders that are open, for telling a loop. */
    private final Deque<Path> above = new ArrayDeque<>();

    private @Nullable Path next;

    private ImageWalk(Path folder, int depth, Listener listener) {
        this.depth = depth;
        this.listener = listener;
        enter(folder);
        next = find();
    }

    /**
     * Walks a folder and all below it.
     *
     * @param folder the folder; found as it is, even if its own name is that of a hidden one
     * @param listener hears what is left out
     * @return the images' paths, which begin with the folder's
     */
    public static Iterator<Path> of(Path folder, Listener listener) {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(listener, "listener");
        return new ImageWalk(folder, Integer.MAX_VALUE, listener);
    }

    /** The images in a folder, without those below. */
    static Iterator<Path> flat(Path folder, Listener listener) {
        return new ImageWalk(folder, 1, listener);
    }

    /**
     * Tells whether a file is named as an image is: {@code jpg, jpeg, png, bmp, gif, webp, tif} or
     * {@code tiff}, in either case.
     *
     * @param file the file, which is not looked at
     * @return whether it has one of these endings
     */
    public static boolean isImage(Path file) {
        Objects.requireNonNull(file, "file");
        String name = name(file);
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    static List<String> extensions() {
        return EXTENSIONS.stream().sorted().toList();
    }

    /** Whether nobody means a file or folder of this name when speaking of images. */
    static boolean isHidden(Path path) {
        String name = name(path);
        return name.startsWith(".") || SYSTEM.contains(name.toLowerCase(Locale.ROOT));
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
        while (!open.isEmpty()) {
            if (!open.element().hasNext()) {
                open.pop();
                above.pop();
                continue;
            }
            Child child = open.element().next();
            if (!child.isFolder) {
                return child.path;
            }
            if (open.size() < depth) {
                enter(child.path);
            }
        }
        return null;
    }

    private void enter(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (above.contains(real) || leadsAbove(real)) {
                listener.onLink(folder, "leads back to " + real + ", a loop");
                return;
            }
            if (!walked.add(real)) {
                listener.onLink(folder, "leads to " + real + ", which was read already");
                return;
            }
            open.push(children(folder).iterator());
            above.push(real);
        } catch (IOException e) {
            listener.onUnreadable(folder, e);
        }
    }

    /** Whether a folder holds the one that the walk began with. */
    private boolean leadsAbove(Path real) {
        return !above.isEmpty() && above.getLast().startsWith(real);
    }

    /** The images and folders in a folder, sorted. */
    private List<Child> children(Path folder) throws IOException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (isHidden(entry)) {
                    listener.onHidden(entry);
                    continue;
                }
                Child child = Child.of(PathText.readable(entry));
                if (child.isFolder || (isImage(entry) && mayBeRead(entry))) {
                    children.add(child);
                } else if (Files.isSymbolicLink(entry) && !Files.exists(entry)) {
                    listener.onLink(entry, leadsNowhere(entry));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        // The bytes of UTF-8 sort as code points do; String.compareTo sorts as UTF-16 does.
        children.sort(Comparator.comparing(Child::sorted, Arrays::compareUnsigned));
        return children;
    }

    /** Files and links that lead nowhere; no pipes and devices, at which a reader would hang. */
    private static boolean mayBeRead(Path file) {
        return Files.isRegularFile(file) || !Files.exists(file);
    }

    /** Why a link that has no file at its end cannot be read. */
    public static String leadsNowhere(Path link) throws IOException {
        Objects.requireNonNull(link, "link");
        return "leads to " + Files.readSymbolicLink(link) + ", which is not there";
    }

    private static String name(Path path) {
        String name = Objects.toString(path.getFileName(), "");
        // Names of folders in a zip end in one.
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }
}
