package io.ssld.cli.train;

import io.ssld.base.internal.ClassNameMatch;
import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.InputLists;
import io.ssld.core.data.ImageList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to learn from and to measure on. */
final class DataOptions {

    @Option(
            names = "--train",
            required = true,
            paramLabel = "LIST|DIR",
            description = "Images to learn from: a list, or a folder with a sub-folder a class.")
    private @Nullable Path train;

    @Option(
            names = "--val",
            required = true,
            paramLabel = "LIST|DIR",
            description = "Labelled images to measure on.")
    private @Nullable Path validation;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where relative paths in lists start. Default: each list's folder")
    private @Nullable Path root;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "The number of classes. Default: that of the folder's sub-folders")
    private @Nullable Integer classes;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description = "Threads that decode and augment. Default: one a processor")
    private @Nullable Integer workers;

    @Mixin private InputLists lists;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    DataOptions() {}

    ImageList train() throws IOException {
        return lists.read(Objects.requireNonNull(train), root);
    }

    ImageList validation() throws IOException {
        return lists.read(Objects.requireNonNull(validation), root);
    }

    ImageList read(Path listOrFolder) throws IOException {
        return lists.read(listOrFolder, root);
    }

    /** The number of classes, as far as options and folders tell. */
    OptionalInt classes() throws IOException {
        if (classes != null) {
            return OptionalInt.of(classes);
        }
        List<String> names = folderNames();
        return names.isEmpty() ? OptionalInt.empty() : OptionalInt.of(names.size());
    }

    /**
     * Requires that a network's classes are those of the folders, by name.
     *
     * @param what the network
     * @param names its classes; empty if it knows none
     */
    void requireClasses(String what, List<String> names) throws IOException {
        Path folder = namesOf(train).isEmpty() ? validation : train;
        try {
            ClassNameMatch.require(what, names, String.valueOf(folder), folderNames());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /**
     * The names of the classes: the folder's where it has as many, else those that a network has,
     * else their numbers.
     */
    List<String> classNames(int count, List<String> network) throws IOException {
        List<String> names = folderNames();
        if (names.size() != count) {
            names = network;
        }
        return names.size() == count
                ? names
                : IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private List<String> folderNames() throws IOException {
        List<String> training = namesOf(train);
        List<String> measured = namesOf(validation);
        if (!training.isEmpty() && !measured.isEmpty() && !training.equals(measured)) {
            throw new IOException(
                    ("sub-folders of %s and %s must be the same classes, but were %s "
                                    + "and %s; write lists to number them otherwise")
                            .formatted(train, validation, training, measured));
        }
        return training.isEmpty() ? measured : training;
    }

    private static List<String> namesOf(@Nullable Path source) throws IOException {
        return source != null && Files.isDirectory(source)
                ? ImageList.classNames(source)
                : List.of();
    }

    /** Whether a number of threads was given. */
    boolean hasWorkers() {
        return workers != null;
    }

    int workers() {
        return workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    }
}
