package io.ssld.selection;

import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.PathText;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shards of a table while it is made: a folder beside it, with one file a shard that is there
 * whole or not at all, and {@code run.txt} that says what they are shards of.
 *
 * <p>A shard's file holds {@code #classes<tab>N}, its rows, and a line {@code
 * !<tab>path<tab>reason} for each image that could not be used.
 */
final class LabelParts implements AutoCloseable {

    private static final String RUN = "run.txt";
    private static final Pattern OURS =
            Pattern.compile(
                    "run\\.txt|\\.lock|\\d{6}\\.part|\\.(run\\.txt|\\d{6}\\.part)\\..*\\.tmp");
    private static final String BAD = "!\t";
    private static final String CLASSES = "#classes\t";

    private final Path table;
    private final Path folder;
    private final FolderLock lock;

    private LabelParts(Path table, Path folder, FolderLock lock) {
        this.table = table;
        this.folder = folder;
        this.lock = lock;
    }

    static Path folder(Path table) {
        return table.resolveSibling(table.getFileName() + ".parts");
    }

    static Path quarantineFile(Path table) {
        return table.resolveSibling(table.getFileName() + ".quarantine.csv");
    }

    /**
     * Opens the folder of a run, or starts it.
     *
     * @param run what the shards are shards of, line by line
     * @param start what to do with shards that are there already
     * @throws IOException if there are shards of another run, or any when not resuming, or somebody
     *     else is writing
     */
    static LabelParts open(Path table, List<String> run, Start start) throws IOException {
        Path folder = folder(table);
        FolderLock lock = FolderLock.acquire("folder of the table's parts", folder);
        try {
            requireOurs(folder);
            if (start == Start.ANEW) {
                deleteFiles(folder);
            }
            FolderKind.deleteUnmoved(folder);
            Path file = folder.resolve(RUN);
            if (Files.exists(file)) {
                requireSame(folder, Files.readAllLines(file), run, start == Start.RESUME);
            } else {
                AtomicFiles.writeString(file, String.join("\n", run) + "\n");
            }
            return new LabelParts(table, folder, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** What to do with shards that are there. */
    enum Start {
        /** That they are there is an error. */
        NEW,
        /** They stay, if they are of the same run. */
        RESUME,
        /** They go. */
        ANEW
    }

    /** Nothing but shards is ever in the folder, or deleted from it. */
    private static void requireOurs(Path folder) throws IOException {
        if (!FolderLock.holdsFiles(folder)) {
            return;
        }
        List<Path> foreign = new ArrayList<>(files(folder));
        foreign.removeIf(file -> OURS.matcher(String.valueOf(file.getFileName())).matches());
        if (!foreign.isEmpty() || !Files.exists(folder.resolve(RUN))) {
            throw new IOException(
                    "%s must be free for the parts of the table, but %s is none; move it away or choose another table"
                            .formatted(folder, foreign.isEmpty() ? folder : foreign.get(0)));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private static void deleteFiles(Path folder) throws IOException {
        for (Path file : files(folder)) {
            boolean kept = file.endsWith(FolderLock.NAME) || file.endsWith(RUN);
            if (!kept && OURS.matcher(String.valueOf(file.getFileName())).matches()) {
                Files.delete(file);
            }
        }
        // Last: it says what the others are.
        Files.deleteIfExists(folder.resolve(RUN));
    }

    private static void requireSame(
            Path folder, List<String> before, List<String> run, boolean resume) throws IOException {
        if (!resume) {
            throw new IOException(
                    folder
                            + " must not be there, but an earlier run was not finished; resume it"
                            + " or delete the folder");
        }
        List<String> differences = new ArrayList<>(run);
        differences.removeAll(before);
        if (!differences.isEmpty()) {
            throw new IOException(
                    folder
                            + " must be of the same teacher, view and pool, but differs in "
                            + String.join(", ", differences).replace('\t', ' ')
                            + "; delete it to start anew");
        }
    }

    boolean has(int shard) {
        return Files.exists(file(shard));
    }

    void write(int number, Shard shard) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append(CLASSES).append(shard.classes()).append('\n');
        shard.rows().forEach(row -> text.append(row).append('\n'));
        for (QuarantinedImage bad : shard.quarantined()) {
            String path = bad.path().toString();
            text.append(BAD).append(RowText.escape(path)).append('\t');
            text.append(RowText.escape(bad.reason())).append('\n');
        }
        AtomicFiles.writeString(file(number), text.toString());
    }

    private Path file(int shard) {
        return folder.resolve(String.format(Locale.ROOT, "%06d.part", shard));
    }

    Shard read(int number) throws IOException {
        List<String> rows = new ArrayList<>();
        List<QuarantinedImage> bad = new ArrayList<>();
        Path file = file(number);
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String head = reader.readLine();
            if (head == null || !head.startsWith(CLASSES)) {
                throw new IOException(file + " must begin with its classes; delete it");
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith(BAD)) {
                    int tab = line.indexOf('\t', BAD.length());
                    bad.add(
                            new QuarantinedImage(
                                    PathText.of(
                                            RowText.unescape(line.substring(BAD.length(), tab))),
                                    RowText.unescape(line.substring(tab + 1))));
                } else {
                    rows.add(line);
                }
            }
            return new Shard(Integer.parseInt(head.substring(CLASSES.length())), rows, bad);
        }
    }

    /**
     * Puts the table together, writes the quarantine and deletes the shards.
     *
     * @param head makes the head of the table from the number of classes
     * @return what could not be used
     */
    List<QuarantinedImage> join(int shards, TableHead head) throws IOException {
        int classes = 0;
        long usable = 0;
        List<QuarantinedImage> bad = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            Shard shard = read(i);
            classes = Math.max(classes, shard.classes());
            usable += shard.rows().size();
            bad.addAll(shard.quarantined());
        }
        Quarantine quarantine = new Quarantine();
        bad.forEach(image -> quarantine.add(image.path(), image.reason()));
        quarantine.writeCsv(quarantineFile(table));
        if (usable == 0) {
            throw new IOException(
                    "pool must hold an image that can be used, but none of "
                            + bad.size()
                            + " could, the first: "
                            + bad.get(0).path()
                            + ": "
                            + bad.get(0).reason());
        }
        SoftLabelTable.writeLines(table, head.lines(classes), new AllRows(shards));
        delete(folder, lock);
        return bad;
    }

    /** Makes the head of a table. */
    @FunctionalInterface
    interface TableHead {

        List<String> lines(int classes);
    }

    /** The rows of all shards, one shard in memory at a time. */
    private final class AllRows implements SoftLabelTable.LineSource {

        private final int shards;
        private int nextShard;
        private List<String> rows = List.of();
        private int row;

        AllRows(int shards) {
            this.shards = shards;
        }

        @Override
        public @Nullable String next() throws IOException {
            while (row == rows.size()) {
                if (nextShard == shards) {
                    return null;
                }
                rows = read(nextShard++).rows();
                row = 0;
            }
            return rows.get(row++);
        }
    }

    /** A file of somebody else's keeps the folder. */
    private static void delete(Path folder, FolderLock lock) throws IOException {
        deleteFiles(folder);
        lock.close();
        if (!FolderLock.holdsFiles(folder)) {
            Files.deleteIfExists(folder.resolve(FolderLock.NAME));
            Files.delete(folder);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
