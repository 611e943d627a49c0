package io.ssld.selection;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.PathText;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TopKPerClass} kept: class by class, best first. Read from the tables it was selected
 * of until it is closed. Not for several threads.
 */
public final class KeptImages implements AutoCloseable {

    private final LabelSource source;
    private final ClassHeap[] classes;
    private final long rows;
    private final boolean several;

    KeptImages(LabelSource source, ClassHeap[] classes, long rows, boolean several) {
        this.source = source;
        this.classes = classes;
        this.rows = rows;
        this.several = several;
    }

    /**
     * An image that a class keeps.
     *
     * @param classNumber the class
     * @param score its probability there
     * @param digest the content's digest
     * @param path where the image is, as its table writes it
     */
    public record Kept(int classNumber, float score, long digest, String path) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Kept {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * Returns how many rows were looked at.
     *
     * @return the number of images of the pool
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns how many images each class keeps.
     *
     * @return one number a class
     */
    public int[] counts() {
        return Arrays.stream(classes).mapToInt(ClassHeap::size).toArray();
    }

    /**
     * Returns how many images are kept, each counted once.
     *
     * @return the number of different images
     */
    public long images() {
        long all = IntStream.of(counts()).asLongStream().sum();
        if (!several) {
            return all;
        }
        long[] places = places();
        Arrays.sort(places);
        return IntStream.range(0, places.length)
                .filter(i -> i == 0 || places[i] != places[i - 1])
                .count();
    }

    /**
     * Looks at every class's images, classes in order, best first.
     *
     * @param visitor what to do with each
     * @throws IOException if a table can no longer be read
     */
    public void forEach(AtomicFiles.IOConsumer<? super Kept> visitor) throws IOException {
        Objects.requireNonNull(visitor, "visitor");
        for (int c = 0; c < classes.length; c++) {
            for (int rank = 0; rank < classes[c].size(); rank++) {
                visitor.accept(
                        new Kept(
                                c,
                                classes[c].score(rank),
                                classes[c].digest(rank),
                                source.path(classes[c].place(rank))));
            }
        }
    }

    /**
     * Writes the list of images without labels, each once, in the order of {@link #forEach}, with
     * paths as the tables write them.
     *
     * @param list the file to create or replace
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if a path cannot be written in a list
     */
    public void writeList(Path list) throws IOException {
        writeEntries(list, new Places(true), false, null);
    }

    /**
     * Writes the list of images without labels, each once, in the order of {@link #forEach}, so
     * that it can be read from the folder it lies in: paths below that are relative to it, others
     * absolute.
     *
     * @param list the file to create or replace
     * @param root where relative paths of the tables start from; null for each table's own folder
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if a path cannot be written in a list
     */
    public void writeList(Path list, @Nullable Path root) throws IOException {
        Objects.requireNonNull(list, "list");
        writeEntries(list, new Places(true), false, TablePaths.to(list, root));
    }

    /**
     * Writes the list with the class that keeps it as each image's label, as Yalniz et al. train
     * on; an image that several classes keep is there several times. Paths are as the tables write
     * them.
     *
     * @param list the file to create or replace
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if a path cannot be written in a list
     */
    public void writePseudoLabels(Path list) throws IOException {
        writeEntries(list, new Places(false), true, null);
    }

    /**
     * Writes the list with labels as {@link #writePseudoLabels(Path)}, and paths as {@link
     * #writeList(Path, Path)}.
     *
     * @param list the file to create or replace
     * @param root where relative paths of the tables start from; null for each table's own folder
     * @throws IOException if a file cannot be read or written
     * @throws IllegalArgumentException if a path cannot be written in a list
     */
    public void writePseudoLabels(Path list, @Nullable Path root) throws IOException {
        Objects.requireNonNull(list, "list");
        writeEntries(list, new Places(false), true, TablePaths.to(list, root));
    }

    private void writeEntries(
            Path list, Places places, boolean labelled, @Nullable TablePaths paths)
            throws IOException {
        Iterator<ImageEntry> entries =
                new Iterator<>() {
                    private boolean more = places.advance();

                    @Override
                    public boolean hasNext() {
                        return more;
                    }

                    @Override
                    public ImageEntry next() {
                        if (!more) {
                            throw new NoSuchElementException();
                        }
                        ImageEntry entry =
                                entry(places.place(), places.classNumber(), labelled, paths);
                        more = places.advance();
                        return entry;
                    }
                };
        Stream<ImageEntry> stream =
                StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(entries, Spliterator.ORDERED), false);
        try {
            ImageList.write(list, stream);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ImageEntry entry(
            long place, int classNumber, boolean labelled, @Nullable TablePaths paths) {
        try {
            String text = source.path(place);
            Path path =
                    paths == null ? PathText.of(text) : paths.written(source.table(place), text);
            return labelled ? new ImageEntry(path, classNumber) : ImageEntry.unlabelled(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a table of the images kept, each once, with all they had. Selecting of it with the
     * same settings, together with tables of other images, gives what selecting of all their tables
     * would: it stands for everything that was selected of.
     *
     * @param table the file to create or replace
     * @throws IOException if a file cannot be read or written
     */
    public void writeTable(Path table) throws IOException {
        Places places = new Places(true);
        SoftLabelTable.writeLines(
                table,
                source.facts().toLines(),
                () -> places.advance() ? source.line(places.place()) : null);
    }

    /**
     * Writes a table as {@link #writeTable(Path)}, with paths as {@link #writeList(Path, Path)}.
     *
     * @param table the file to create or replace
     * @param root where relative paths of the tables start from; null for each table's own folder
     * @throws IOException if a file cannot be read or written
     */
    public void writeTable(Path table, @Nullable Path root) throws IOException {
        Objects.requireNonNull(table, "table");
        Places places = new Places(true);
        TablePaths paths = TablePaths.to(table, root);
        SoftLabelTable.writeLines(
                table,
                source.facts().toLines(),
                () -> places.advance() ? moved(places.place(), paths) : null);
    }

    private String moved(long place, TablePaths paths) throws IOException {
        String line = source.line(place);
        int from = line.indexOf('\t') + 1;
        String path = paths.written(source.table(place), source.path(place)).toString();
        return line.substring(0, from)
                + RowText.escape(path.replace(File.separatorChar, '/'))
                + line.substring(line.indexOf('\t', from));
    }

    private long[] places() {
        long[] all = new long[IntStream.of(counts()).sum()];
        int at = 0;
        for (ClassHeap heap : classes) {
            for (int rank = 0; rank < heap.size(); rank++) {
                all[at++] = heap.place(rank);
            }
        }
        return all;
    }

    /** Steps through classes and ranks, if wanted over each image once. */
    private final class Places {

        private final long[] sorted;
        private final BitSet seen = new BitSet();
        private int classNumber;
        private int rank = -1;

        Places(boolean once) {
            sorted = once && several ? places() : new long[0];
            Arrays.sort(sorted);
        }

        boolean advance() {
            do {
                rank++;
                while (classNumber < classes.length && rank >= classes[classNumber].size()) {
                    classNumber++;
                    rank = 0;
                }
                if (classNumber == classes.length) {
                    return false;
                }
            } while (sorted.length > 0 && wasSeen());
            return true;
        }

        /** Of equal places the search may find any, but always the same. */
        private boolean wasSeen() {
            int index = Arrays.binarySearch(sorted, place());
            boolean before = seen.get(index);
            seen.set(index);
            return before;
        }

        long place() {
            return classes[classNumber].place(rank);
        }

        int classNumber() {
            return classNumber;
        }
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
