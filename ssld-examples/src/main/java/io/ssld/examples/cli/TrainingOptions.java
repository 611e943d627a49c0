package io.ssld.examples.cli;

import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageList;
import io.ssld.kernels.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the training commands share: data, output and machine. */
final class TrainingOptions {

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
            paramLabel = "N",
            description = "The number of classes. Default: that of the folder's sub-folders")
    private @Nullable Integer classes;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The run folder; new or empty.")
    private @Nullable Path out;

    @Option(names = "--resume", description = "Go on with the run in the run folder.")
    private boolean resume;

    @Option(names = "--force", description = "Delete the run in the run folder first.")
    private boolean force;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description = "Threads that decode and augment. Default: one a processor")
    private @Nullable Integer workers;

    @Option(
            names = "--save-every",
            paramLabel = "STEPS",
            description =
                    "Steps from one checkpoint to the next. Default: every epoch and ten minutes")
    private @Nullable Long saveEvery;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            converter = PrecisionConverter.class,
            description =
                    "What the student's convolutions compute in: float32 or bfloat16."
                            + " Default: float32")
    private Precision precision = Precision.FLOAT32;

    @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
    private boolean json;

    /** Reads the name of a precision, in any case. */
    static final class PrecisionConverter implements ITypeConverter<Precision> {

        @Override
        public Precision convert(String name) {
            return Stream.of(Precision.values())
                    .filter(precision -> precision.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new TypeConversionException(
                                            "must be float32, bfloat16 or float16, but was "
                                                    + name));
        }
    }

    /** Made by picocli, which sets the annotated fields. */
    TrainingOptions() {}

    ImageList train() throws IOException {
        return ListOrFolder.read(Objects.requireNonNull(train), root);
    }

    ImageList validation() throws IOException {
        return ListOrFolder.read(Objects.requireNonNull(validation), root);
    }

    ImageList read(Path listOrFolder) throws IOException {
        return ListOrFolder.read(listOrFolder, root);
    }

    /** The number of classes, as far as options and folders tell. */
    OptionalInt classes() throws IOException {
        if (classes != null) {
            return OptionalInt.of(classes);
        }
        List<String> names = folderNames();
        return names.isEmpty() ? OptionalInt.empty() : OptionalInt.of(names.size());
    }

    /** The names of the classes: the folder's where it has as many, else their numbers. */
    List<String> classNames(int count) throws IOException {
        List<String> names = folderNames();
        return names.size() == count
                ? names
                : IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    private List<String> folderNames() throws IOException {
        List<String> training = namesOf(train);
        List<String> measured = namesOf(validation);
        if (!training.isEmpty() && !measured.isEmpty() && !training.equals(measured)) {
            throw new IOException(
                    "sub-folders of %s and %s must be the same classes, but were %s and %s; write lists to number them otherwise"
                            .formatted(train, validation, training, measured));
        }
        return training.isEmpty() ? measured : training;
    }

    private static List<String> namesOf(@Nullable Path source) throws IOException {
        return source != null && Files.isDirectory(source)
                ? ImageList.classNames(source)
                : List.of();
    }

    Path out() {
        return Objects.requireNonNull(out);
    }

    boolean resume() {
        return resume;
    }

    boolean force() {
        return force;
    }

    int workers() {
        return workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    }

    Precision precision() {
        return precision;
    }

    CheckpointPolicy checkpoints() {
        CheckpointPolicy standard = CheckpointPolicy.standard();
        return saveEvery == null ? standard : standard.everySteps(saveEvery);
    }

    boolean json() {
        return json;
    }
}
