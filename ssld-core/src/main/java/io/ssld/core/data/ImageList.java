package io.ssld.core.data;

import io.ssld.core.internal.Digests;
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
 * @param root the folder that relative paths start from
 * @param entries the images; duplicates are kept
 */
public record ImageList(Path root, List<ImageEntry> entries) {

    /**
     * Copies the entries.
     *
     * @param root the folder that relative paths start from
     * @param entries the images; duplicates are kept
     * @throws NullPointerException if an argument or an entry is null
     */
    public ImageList {
        Objects.requireNonNull(root, "root");
        entries = List.copyOf(entries);
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
        return new ImageList(root, ListFormat.of(delimiter).read(listFile));
    }

    /**
     * Lists a folder of images. With sub-folders, each is a class, numbered by {@link #classNames};
     * images may lie at any depth below it. Without, the images have no label.
     *
     * <p>The order is that of the paths' Unicode code points, on every system. Hidden files and
     * files that are not named {@code jpg, jpeg, png, bmp, gif, webp, tif} or {@code tiff}, in
     * either case, are skipped.
     *
     * @param folder the folder, which becomes the root
     * @return the list
     * @throws IOException if the folder cannot be read, holds no image, or holds images beside
     *     sub-folders
     */
    public static ImageList ofFolder(Path folder) throws IOException {
        return new ImageList(folder, ImageFolder.entries(folder));
    }

    /**
     * Returns the classes of a folder: its sub-folders, by Unicode code point order. The place in
     * the list is the class number in {@link #ofFolder}.
     *
     * @param folder the folder
     * @return the names of its sub-folders, without hidden ones; empty if it has none
     * @throws IOException if the folder cannot be read
     */
    public static List<String> classNames(Path folder) throws IOException {
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
        ListFormat.WHITE_SPACE.write(listFile, entries);
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
        ListFormat.of(delimiter).write(listFile, entries.stream());
    }

    /**
     * Appends other lists. Their paths are written relative to this list's root where they lie
     * below it, and absolute otherwise, so that all of them still lead to the same files.
     *
     * @param others the lists to append
     * @return all entries, this list's first; duplicates are kept
     */
    public ImageList merge(ImageList... others) {
        Path home = root.toAbsolutePath();
        List<ImageEntry> all = new ArrayList<>(entries);
        for (ImageList other : others) {
            if (other.root.toAbsolutePath().equals(home)) {
                all.addAll(other.entries);
                continue;
            }
            for (ImageEntry entry : other.entries) {
                Path path = other.resolve(entry).toAbsolutePath();
                Path written = path.startsWith(home) ? home.relativize(path) : path;
                all.add(new ImageEntry(written, entry.label()));
            }
        }
        return new ImageList(root, all);
    }

    /**
     * Removes the images of another list, wherever its root is. Paths are compared absolute and
     * normalised, labels and file contents are not.
     *
     * @param other the images to remove
     * @return the entries whose file is not in {@code other}, in order
     */
    public ImageList minus(ImageList other) {
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
        return root.resolve(entry.path());
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
     * @return the highest label, or {@link ExampleBatch#UNLABELLED} if there is none
     */
    public int maxLabel() {
        return entries.stream().mapToInt(ImageEntry::label).max().orElse(ExampleBatch.UNLABELLED);
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
        return new ImageList(root, entries.stream().filter(keep).toList());
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
    public record Split(ImageList part, ImageList rest) {}
}
