package io.ssld.core.data;

import io.ssld.base.internal.ClassNameMatch;
import io.ssld.base.internal.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images in order, some labelled, some not: what mining, selection and training pass on to one
 * another. A value; every operation returns a new list.
 *
 * <p>On disk it is PaddleClas' list format, UTF-8 text with one image a line:
 *
 * <pre>
 * train/n01440764/a.jpg 0
 * train/with a space.jpg 17
 * mined/b.jpg
 * </pre>
 *
 * <p>The label is the whole number after the last delimiter. A line that does not end in one is an
 * image without a label, and the whole line is its path. Lists that write 0 for "no label", as
 * PaddleClas' do, cannot be told from lists of class 0: say so with {@link #unlabelled()}.
 *
 * <p>Class numbers mean something only with the names behind them. A list of a folder knows the
 * names, one of a file does not unless told ({@link #withClassNames}). Wherever the numbers of two
 * sources meet, names that differ are an error.
 *
 * @param root the folder that relative paths start from
 * @param entries the images; duplicates are kept
 * @param classNames the names of the classes by number, or none where nobody told
 */
public record ImageList(Path root, List<ImageEntry> entries, List<String> classNames) {

    private static final Logger LOGGER = LoggerFactory.getLogger(ImageList.class);

    /**
     * Copies the entries.
     *
     * @throws NullPointerException if an argument or an entry is null
     */
    public ImageList {
        Objects.requireNonNull(entries, "entries");
        Objects.requireNonNull(classNames, "classNames");
        Objects.requireNonNull(root, "root");
        entries = List.copyOf(entries);
        classNames = List.copyOf(classNames);
    }

    /**
     * Makes a list whose classes have no names.
     *
     * @param root the folder that relative paths start from
     * @param entries the images; duplicates are kept
     * @throws NullPointerException if an argument or an entry is null
     */
    public ImageList(Path root, List<ImageEntry> entries) {
        this(root, entries, List.of());
    }

    /**
     * Names the classes.
     *
     * @param names by class number; empty to forget them
     * @return the same images
     */
    public ImageList withClassNames(List<String> names) {
        Objects.requireNonNull(names, "names");
        return new ImageList(root, entries, names);
    }

    /**
     * Reads a list whose delimiter is a run of spaces or tabs.
     *
     * <p>Blank lines, white space around a line, a byte-order mark and carriage returns are
     * skipped. Whether the images exist is not looked at: a missing one is quarantined when it is
     * first needed.
     *
     * @param listFile the list
     * @param root the folder that relative paths start from
     * @return the list
     * @throws IOException if the file cannot be read, is not UTF-8, or has a negative label or one
     *     beyond {@code int}; the message names file and line
     */
    public static ImageList read(Path listFile, Path root) throws IOException {
        Objects.requireNonNull(listFile, "listFile");
        Objects.requireNonNull(root, "root");
        return new ImageList(root, ListFormat.WHITE_SPACE.read(listFile));
    }

    /**
     * Reads a list with a delimiter of its own, such as a comma.
     *
     * @param listFile the list
     * @param root the folder that relative paths start from
     * @param delimiter what stands between path and label; white space around the label is skipped
     * @return the list
     * @throws IOException as in {@link #read(Path, Path)}, or if a line has a label but no path
     * @throws IllegalArgumentException if the delimiter is empty or has a line break
     */
    public static ImageList read(Path listFile, Path root, String delimiter) throws IOException {
        Objects.requireNonNull(listFile, "listFile");
        Objects.requireNonNull(root, "root");
        Objects.requireNonNull(delimiter, "delimiter");
        return new ImageList(root, ListFormat.of(delimiter).read(listFile));
    }

    /**
     * Lists a folder of images. With sub-folders, each is a class, numbered by {@link #classNames};
     * images may lie at any depth below it. Without, the images have no label.
     *
     * <p>The order is that of the paths' Unicode code points, on every system. Files that are not
     * named {@code jpg, jpeg, png, bmp, gif, webp, tif} or {@code tiff}, in either case, are
     * skipped; so are hidden files and folders and those of systems ({@code @eaDir, __MACOSX,
     * Thumbs.db} and such), which are counted and logged as a warning. Links are followed, each
     * real folder once. A link that is named as an image and leads nowhere is in the list: it is
     * missing.
     *
     * @param folder the folder, which becomes the root
     * @return the list
     * @throws IOException if the folder cannot be read, holds no image, holds images beside
     *     sub-folders, or two of its classes are one folder
     */
    public static ImageList ofFolder(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        LeftOut report = new LeftOut();
        ImageList list = ofFolder(folder, report);
        if (report.inWords() != null) {
            LOGGER.warn("{}: {}", folder, report.inWords());
        }
        return list;
    }

    /**
     * Lists a folder of images as {@link #ofFolder(Path)}, and tells what was left out.
     *
     * @param folder the folder, which becomes the root
     * @param report hears what is left out
     * @return the list
     * @throws IOException as {@link #ofFolder(Path)}
     */
    public static ImageList ofFolder(Path folder, LeftOut report) throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(report, "report");
        return ImageFolder.read(folder, report);
    }

    /**
     * Returns the classes of a folder: its sub-folders, by Unicode code point order. The place in
     * the list is the class number in {@link #ofFolder}.
     *
     * @param folder the folder
     * @return the names of its sub-folders, without hidden ones and those of systems; empty if it
     *     has none
     * @throws IOException if the folder cannot be read, two of its classes are one folder, or a
     *     link in it leads nowhere
     */
    public static List<String> classNames(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        return ImageFolder.classNames(folder);
    }

    /**
     * Writes the list with a space as delimiter; {@link #read(Path, Path)} gives back the same
     * entries. Written beside and moved into place, so that no reader meets half a list.
     *
     * @param listFile where to write; replaced if it exists
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a path would not be read back as it is, for example one
     *     without a label that ends in {@code " 12"}; nothing is written
     */
    public void write(Path listFile) throws IOException {
        Objects.requireNonNull(listFile, "listFile");
        write(listFile, entries.stream());
    }

    /**
     * Writes a list of more images than memory holds; see {@link #write(Path)}.
     *
     * @param listFile where to write; replaced if it exists
     * @param entries the images, looked at one by one
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if a path would not be read back as it is; an earlier file
     *     is then left as it was
     */
    public static void write(Path listFile, Stream<ImageEntry> entries) throws IOException {
        Objects.requireNonNull(listFile, "listFile");
        Objects.requireNonNull(entries, "entries");
        ListFormat.WHITE_SPACE.write(listFile, entries);
    }

    /**
     * Tells whether an image can stand in a list file: not one whose name begins with a blank, has
     * a line break or is no text at all, or that lies on another file system than the default one.
     * Asked before the work whose result is a list.
     *
     * @param entry an image
     * @return why it cannot, or {@code null} if it can
     */
    public static @Nullable String unlistable(ImageEntry entry) {
        Objects.requireNonNull(entry, "entry");
        return ListFormat.WHITE_SPACE.readsBack(entry)
                ? null
                : "path must read back from a list as it is, but was '"
                        + entry.shown()
                        + "'; rename the file";
    }

    /**
     * Writes the list with a delimiter of its own.
     *
     * @param listFile where to write; replaced if it exists
     * @param delimiter what to put between path and label
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException as in {@link #write(Path)}, or if the delimiter is empty or
     *     has a line break
     */
    public void write(Path listFile, String delimiter) throws IOException {
        Objects.requireNonNull(listFile, "listFile");
        Objects.requireNonNull(delimiter, "delimiter");
        ListFormat.of(delimiter).write(listFile, entries.stream());
    }

    /**
     * Appends other lists. Their paths are written relative to this list's root where they lie
     * below it, and absolute otherwise, so that all of them still lead to the same files.
     *
     * <p>Lists may lie on different file systems, such as a zip file and the default one; such a
     * list cannot be written, since a file of paths does not tell where they lead.
     *
     * @param others the lists to append
     * @return all entries, this list's first; duplicates are kept
     * @throws IllegalArgumentException if labelled lists name their classes differently
     */
    public ImageList merge(ImageList... others) {
        Objects.requireNonNull(others, "others");
        List<ImageEntry> all = new ArrayList<>(entries);
        List<String> names = classNames;
        for (ImageList other : others) {
            if (other.knowsClasses()) {
                names =
                        ClassNameMatch.either(
                                root.toString(), names, other.root.toString(), other.classNames);
            }
            all.addAll(other.on(root).entries);
        }
        return new ImageList(root, all, names);
    }

    /**
     * Returns the same images as a list on another root: paths relative to it where they lie below
     * it, and absolute otherwise. What a list file is written from, since a file is read with the
     * folder that it lies in as the root.
     *
     * @param home the other root
     * @return the same images in the same order
     */
    public ImageList on(Path home) {
        Objects.requireNonNull(home, "home");
        if (root.toAbsolutePath().equals(home.toAbsolutePath())) {
            return new ImageList(home, entries, classNames);
        }
        List<ImageEntry> moved = new ArrayList<>(entries.size());
        for (ImageEntry entry : entries) {
            moved.add(new ImageEntry(written(resolve(entry), home), entry.label()));
        }
        return new ImageList(home, moved, classNames);
    }

    /**
     * Returns how a list writes a path.
     *
     * @param path where the file is
     * @param home the root of the list
     * @return relative to {@code home} if the path lies below it, else absolute
     */
    public static Path written(Path path, Path home) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(home, "home");
        Path start = home.toAbsolutePath();
        Path absolute = path.toAbsolutePath();
        return absolute.startsWith(start) ? start.relativize(absolute) : absolute;
    }

    /** Whether its names say anything: those of images without labels are not looked at. */
    private boolean knowsClasses() {
        return !classNames.isEmpty() && entries.stream().anyMatch(ImageEntry::isLabelled);
    }

    /**
     * Removes the images of another list, wherever its root is. Paths are compared absolute and
     * normalised, labels and file contents are not.
     *
     * @param other the images to remove
     * @return the entries whose file is not in {@code other}, in order
     */
    public ImageList minus(ImageList other) {
        Objects.requireNonNull(other, "other");
        Set<Path> gone = new HashSet<>();
        other.entries.forEach(entry -> gone.add(other.location(entry)));
        return filter(entry -> !gone.contains(location(entry)));
    }

    /**
     * Splits off a number of images, class by class in proportion; images without a label count as
     * a class. The same list, count and seed give the same split on every system.
     *
     * @param count how many images go to the first part, 0 to {@link #size()}
     * @param seed which images
     * @return both parts, each in this list's order
     * @throws IllegalArgumentException if the count is out of range
     */
    public Split split(int count, long seed) {
        if (count < 0 || count > size()) {
            throw new IllegalArgumentException(
                    "count must be in 0.." + size() + ", but was " + count);
        }
        return StratifiedSplit.of(this, count, seed);
    }

    /**
     * Splits off a fraction of the images; see {@link #split(int, long)}.
     *
     * @param fraction how much goes to the first part, 0 to 1; the count is rounded
     * @param seed which images
     * @return both parts, each in this list's order
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public Split splitFraction(double fraction, long seed) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must be in 0..1, but was " + fraction);
        }
        return split((int) Math.round(fraction * size()), seed);
    }

    /**
     * Keeps the images that have a label.
     *
     * @return the labelled entries, in order
     */
    public ImageList labelled() {
        return filter(ImageEntry::isLabelled);
    }

    /**
     * Drops the labels and keeps every image: what to do with a list that writes 0 for "no label".
     *
     * @return the same images without labels
     */
    public ImageList unlabelled() {
        return new ImageList(
                root, entries.stream().map(e -> ImageEntry.unlabelled(e.path())).toList());
    }

    /**
     * Returns where an image is.
     *
     * @param entry an entry of this list
     * @return its path, under the root if it is relative
     */
    public Path resolve(ImageEntry entry) {
        Objects.requireNonNull(entry, "entry");
        Path path = entry.path();
        if (path.isAbsolute()) {
            // Perhaps of another file system, whose paths a root cannot resolve.
            return path;
        }
        return path.getFileSystem().equals(root.getFileSystem())
                ? root.resolve(path)
                : root.resolve(entry.pathText());
    }

    /**
     * Returns the number of images.
     *
     * @return the number of entries
     */
    public int size() {
        return entries.size();
    }

    /**
     * Returns the highest class number; a network needs one class more.
     *
     * @return the highest label, or {@link ImageEntry#UNLABELLED} if there is none
     */
    public int maxLabel() {
        return entries.stream().mapToInt(ImageEntry::label).max().orElse(ImageEntry.UNLABELLED);
    }

    /**
     * Returns what tells this list from others in a run's provenance: the SHA-256 of paths as
     * written and labels, in order. Neither the root nor the files' contents count.
     *
     * @return 64 hexadecimal digits
     */
    public String digest() {
        MessageDigest sha = Digests.sha256();
        for (ImageEntry entry : entries) {
            // A path cannot hold NUL, so no two lists give the same text.
            String text = entry.pathText() + '\0' + entry.label() + '\0';
            sha.update(text.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private ImageList filter(Predicate<ImageEntry> keep) {
        return new ImageList(root, entries.stream().filter(keep).toList(), classNames);
    }

    private Path location(ImageEntry entry) {
        return resolve(entry).toAbsolutePath().normalize();
    }

    /**
     * Two lists that make up one.
     *
     * @param part the images split off
     * @param rest the others
     */
    public record Split(ImageList part, ImageList rest) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Split {
            Objects.requireNonNull(part, "part");
            Objects.requireNonNull(rest, "rest");
        }
    }
}
