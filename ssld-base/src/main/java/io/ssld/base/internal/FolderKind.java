package io.ssld.base.internal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a folder is that we write: how it is known, and which files in it are ours. Nothing else is
 * ever replaced or deleted.
 */
public final class FolderKind {

    /** Says in a folder beside its place what it is and will be; see {@link OutputFolder}. */
    static final String UNFINISHED = ".unfinished";

    /** Says in a folder whose place another one took; see {@link EarlierFolder}. */
    static final String SET_ASIDE = ".set-aside";

    /** As {@code AtomicFiles} names a file before it is in its place. */
    private static final String TEMPORARY =
            "\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp";

    private static final List<String> ALWAYS = List.of(FolderLock.NAME, UNFINISHED, SET_ASIDE);

    private final String name;
    private final String marker;
    private final String completion;
    private final Check check;
    private final List<List<Pattern>> files;
    private final List<List<Pattern>> progress;

    /** What may be in the place of one of these as well. */
    private final @Nullable FolderKind other;

    /** Looks into the marker of a folder. */
    @FunctionalInterface
    public interface Check {

        /**
         * Reads the marker.
         *
         * @param folder a folder that has a file of the marker's name
         * @throws IOException if that is not what our marker would be
         */
        void require(Path folder) throws IOException;
    }

    private FolderKind(
            String name,
            String marker,
            String completion,
            Check check,
            List<List<Pattern>> files,
            List<List<Pattern>> progress,
            @Nullable FolderKind other) {
        this.name = name;
        this.marker = marker;
        this.completion = completion;
        this.check = check;
        this.files = files;
        this.progress = progress;
        this.other = other;
    }

    private static List<List<Pattern>> compiled(List<String> files) {
        return files.stream()
                .map(file -> Arrays.stream(file.split("/")).map(Pattern::compile).toList())
                .toList();
    }

    /**
     * Describes a kind of folder.
     *
     * @param name what people call it, such as {@code run}
     * @param marker the file that each one has from its beginning, or that appears with all others
     * @param completion the file that is written last
     * @param check looks into the marker
     * @param files our files: a regular expression for each name on the way, with slashes between
     * @return the kind
     */
    public static FolderKind of(
            String name, String marker, String completion, Check check, String... files) {
        List<String> all = new ArrayList<>(List.of(files));
        ALWAYS.forEach(file -> all.add(Pattern.quote(file)));
        return new FolderKind(name, marker, completion, check, compiled(all), List.of(), null);
    }

    /**
     * The same kind, which a command goes on with where it was interrupted.
     *
     * @param files those of our files that there is something to go on from with
     */
    public FolderKind withProgress(String... files) {
        return new FolderKind(
                name, marker, completion, check, this.files, compiled(List.of(files)), other);
    }

    /** This kind where another one may take its place, and it that of the other one. */
    public FolderKind or(FolderKind alternative) {
        return new FolderKind(name, marker, completion, check, files, progress, alternative);
    }

    /** The one of the kinds that a folder is. */
    private FolderKind in(Path folder) {
        boolean isOther =
                other != null
                        && !Files.exists(folder.resolve(marker))
                        && Files.exists(folder.resolve(other.marker));
        return isOther ? Objects.requireNonNull(other) : this;
    }

    /** Tells whether a note in a folder shows that a process of ours began it. */
    public static boolean isBegun(Path folder) {
        return Files.isRegularFile(folder.resolve(UNFINISHED), LinkOption.NOFOLLOW_LINKS);
    }

    /** Tells whether a folder holds something to go on from. */
    boolean canGoOn(Path folder) throws IOException {
        return Files.isDirectory(folder)
                && Contents.of(in(folder), folder).files.stream()
                        .map(folder::relativize)
                        .anyMatch(file -> matches(file, in(folder).progress));
    }

    /** Finds something in a folder that is not ours. */
    @Nullable Path foreign(Path folder) throws IOException {
        return Contents.of(in(folder), folder).foreign;
    }

    /** What people call it. */
    public String name() {
        return name;
    }

    /** Tells whether a folder has all that it will have. */
    public boolean isComplete(Path folder) {
        return Files.isRegularFile(folder.resolve(completion));
    }

    /**
     * Makes sure that a folder is one of these and holds nothing else, and that nobody works in it.
     *
     * @param option what the user calls the folder
     * @param folder any path
     * @throws IOException naming what is wrong; nothing is changed
     */
    public void requireReplaceable(String option, Path folder) throws IOException {
        requireReplaceable(option, folder, null);
    }

    /** The same, where this process has the lock of the folder itself. */
    void requireReplaceable(String option, Path folder, @Nullable FolderLock own)
            throws IOException {
        FolderKind here = in(folder);
        boolean begun = isBegun(folder);
        if (!begun
                && !Files.isRegularFile(folder.resolve(here.marker), LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    ("%s must name the folder of an earlier %s to be replaced, but %s holds no %s;"
                         + " choose another one, or delete it yourself if it is not needed")
                            .formatted(option, name, folder, marker));
        }
        try {
            if (!begun) {
                here.check.require(folder);
            }
        } catch (IOException e) {
            throw new IOException(
                    ("%s must name the folder of an earlier %s to be replaced, but that "
                                    + "of %s is none: %s; choose another one")
                            .formatted(option, name, folder, e.getMessage()),
                    e);
        }
        Contents contents = Contents.of(here, folder);
        if (contents.foreign != null) {
            throw new IOException(
                    ("%s must name a folder that holds an earlier %s and nothing else to be"
                         + " replaced, but %s is not of it; move that away, or choose another"
                         + " folder")
                            .formatted(option, name, contents.foreign));
        }
        for (Path file : contents.files) {
            Path parent = file.getParent();
            boolean asked = parent != null && (own == null || !parent.equals(folder));
            if (parent != null
                    && asked
                    && file.endsWith(FolderLock.NAME)
                    && FolderLock.isHeld(parent)) {
                throw new IOException(
                        "%s must not be in use, but another process works in %s; wait for it or choose another folder"
                                .formatted(option, parent));
            }
        }
    }

    /**
     * Deletes our files in a folder, and the folder if nothing else is in it.
     *
     * @return whether the folder is gone
     */
    public boolean delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        clear(folder);
        return removeIfLeft(folder);
    }

    /** Deletes our files in a folder, but for its lock and the notes of what it is. */
    void clear(Path folder) throws IOException {
        FolderKind here = in(folder);
        Contents contents = Contents.of(here, folder);
        // Marker and notes stay till the end: a kill in between leaves the rest known as ours.
        Path last = folder.resolve(here.marker);
        for (Path file : contents.files) {
            boolean note = folder.equals(file.getParent()) && ALWAYS.contains(name(file));
            if (!note && !file.equals(last)) {
                Files.delete(file);
            }
        }
        for (int i = contents.folders.size() - 1; i >= 0; i--) {
            Path sub = contents.folders.get(i);
            if (!sub.equals(folder) && children(sub).isEmpty()) {
                Files.delete(sub);
            }
        }
        if (contents.files.contains(last)) {
            Files.delete(last);
        }
    }

    /** Tells whether nothing but locks, notes and unmoved files of ours is in a folder. */
    static boolean isLeft(Path folder) throws IOException {
        return children(folder).stream().allMatch(FolderKind::isLeftFile);
    }

    private static boolean isLeftFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && (ALWAYS.contains(name(file)) || name(file).matches(TEMPORARY));
    }

    /**
     * Deletes a folder in which nothing is left but locks, notes and unmoved files of ours.
     *
     * @return whether it is gone
     */
    static boolean removeIfLeft(Path folder) throws IOException {
        if (!isLeft(folder)) {
            return false;
        }
        for (Path file : children(folder)) {
            Files.delete(file);
        }
        Files.delete(folder);
        return true;
    }

    /**
     * Deletes the files that a killed process did not move into place.
     *
     * @param folder a folder whose lock the caller has, or one below that
     */
    public static void deleteUnmoved(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (Path file : children(folder)) {
                if (name(file).matches(TEMPORARY)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private boolean isOurFolder(Path relative) {
        int depth = relative.getNameCount();
        return files.stream()
                .anyMatch(file -> file.size() > depth && matches(relative, file, depth));
    }

    private boolean isOurFile(Path relative) {
        int above = relative.getNameCount() - 1;
        return matches(relative, files)
                || (name(relative).matches(TEMPORARY)
                        && files.stream()
                                .anyMatch(
                                        file ->
                                                file.size() > above
                                                        && matches(relative, file, above)));
    }

    private static boolean matches(Path relative, List<List<Pattern>> files) {
        int depth = relative.getNameCount();
        return files.stream()
                .anyMatch(file -> file.size() == depth && matches(relative, file, depth));
    }

    /** Whether the first names of a path are those of a pattern. */
    private static boolean matches(Path relative, List<Pattern> pattern, int depth) {
        for (int i = 0; i < depth; i++) {
            if (!pattern.get(i).matcher(relative.getName(i).toString()).matches()) {
                return false;
            }
        }
        return true;
    }

    /** What is in a folder; links are not followed. */
    private static final class Contents extends SimpleFileVisitor<Path> {

        private final FolderKind kind;
        private final Path root;
        private final List<Path> files = new ArrayList<>();
        private final List<Path> folders = new ArrayList<>();
        private @Nullable Path foreign;

        private Contents(FolderKind kind, Path root) {
            this.kind = kind;
            this.root = root;
        }

        static Contents of(FolderKind kind, Path root) throws IOException {
            Contents contents = new Contents(kind, root);
            Files.walkFileTree(root, contents);
            return contents;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!folder.equals(root) && !kind.isOurFolder(root.relativize(folder))) {
                foreign = folder;
                return FileVisitResult.SKIP_SUBTREE;
            }
            folders.add(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (kind.isOurFile(root.relativize(file))) {
                files.add(file);
            } else {
                foreign = file;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
