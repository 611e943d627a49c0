package io.ssld.cli.train;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.GrowingFolder;
import io.ssld.cli.common.Usage;
import io.ssld.core.checkpoint.CheckpointPolicy;
import io.ssld.core.data.ImageList;
import io.ssld.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What the training commands share: data, output and machine. */
final class TrainingOptions {

    @Mixin private DataOptions data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "The run folder; new or empty.")
    private @Nullable Path out;

    @Option(names = "--resume", description = "Go on with the run in the run folder.")
    private boolean resume;

    @Option(
            names = "--force",
            description =
                    "Replace the run in the run folder: it moves to DIR.earlier, and is deleted"
                            + " when the new one is whole.")
    private boolean force;

    @Option(
            names = "--auto-tune",
            description =
                    "Choose the number of workers by timing a few steps with each before the run;"
                            + " --workers stands. The result is the same.")
    private boolean autoTune;

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
                    "What the student's convolutions compute in: float32, bfloat16 or float16."
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
    @SuppressWarnings("NullAway.Init")
    TrainingOptions() {}

    /** What to learn from and to measure on. */
    DataOptions data() {
        return data;
    }

    ImageList train() throws IOException {
        return data.train();
    }

    ImageList validation() throws IOException {
        return data.validation();
    }

    ImageList read(Path listOrFolder) throws IOException {
        return data.read(listOrFolder);
    }

    /** The number of classes, as far as options and folders tell. */
    OptionalInt classes() throws IOException {
        return data.classes();
    }

    /** The names of the classes: the folder's, else those a network has, else their numbers. */
    List<String> classNames(int count, List<String> network) throws IOException {
        return data.classNames(count, network);
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

    /** The number of threads that was given, if one was. */
    OptionalInt workers() {
        return data.hasWorkers() ? OptionalInt.of(data.workers()) : OptionalInt.empty();
    }

    boolean autoTune() {
        return autoTune;
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

    /**
     * Checks where the output is to be, and the options that need no file to be checked.
     *
     * @param kind what it will be
     * @param command for messages
     */
    GrowingFolder place(FolderKind kind, CommandSpec command) throws IOException {
        Usage.notBoth(command, resume, force);
        workers().ifPresent(count -> Usage.atLeastOne(command, "--workers", count));
        return GrowingFolder.of("--out", out(), kind, resume, force);
    }
}
