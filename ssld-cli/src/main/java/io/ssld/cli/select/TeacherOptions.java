package io.ssld.cli.select;

import io.ssld.cli.common.ClassCount;
import io.ssld.cli.common.ModelOpener;
import io.ssld.cli.common.ModelSpec;
import io.ssld.cli.common.OpenModel;
import io.ssld.core.data.Normalization;
import io.ssld.selection.SoftLabeler;
import io.ssld.zoo.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which teachers label a pool, and how they see it. */
final class TeacherOptions {

    @Option(
            names = "--model",
            required = true,
            paramLabel = ModelSpec.TEACHER_LABEL,
            description =
                    ModelSpec.TEACHER_HELP + " Given several times: the mean of the probabilities.",
            converter = ModelSpec.TeacherConverter.class)
    private List<ModelSpec> models;

    @Option(
            names = "--classes",
            converter = ClassCount.class,
            paramLabel = "N",
            description = "Classes of the network. Default: those of the weights")
    private @Nullable Integer classes;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of the input. Default: the first network's own")
    private @Nullable Integer size;

    @Option(
            names = "--short-side",
            paramLabel = "PIXELS",
            description =
                    "What the short side becomes before the centre is cut out. Default: the first"
                            + " network's own, in proportion to --size")
    private @Nullable Integer shortSide;

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "Classes to write of each image. Default: ${DEFAULT-VALUE}",
            defaultValue = "10")
    private int top;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Images at once. Default: ${DEFAULT-VALUE}",
            defaultValue = "64")
    private int batch;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that decode. Default: one a processor")
    private @Nullable Integer workers;

    /** Made by picocli, which sets the annotated fields. */
    @SuppressWarnings("NullAway.Init")
    TeacherOptions() {}

    /** Open teachers, closed together. */
    record Opened(List<OpenModel> models, SoftLabeler.Builder labeler) implements AutoCloseable {

        @Override
        public void close() {
            models.forEach(OpenModel::close);
        }
    }

    /** The words of these options that change what is written, for comparing runs. */
    List<Object> identity() {
        List<Object> words = new ArrayList<>();
        models.forEach(model -> words.add(model.text()));
        words.add("classes " + classes);
        words.add("size " + size);
        words.add("short side " + shortSide);
        words.add("top " + top);
        return words;
    }

    Opened open() throws IOException {
        List<OpenModel> opened = new ArrayList<>();
        try {
            for (ModelSpec model : models) {
                opened.add(ModelOpener.open(model, classes));
            }
            return new Opened(opened, labeler(opened));
        } catch (IOException | RuntimeException e) {
            opened.forEach(OpenModel::close);
            throw e;
        }
    }

    private SoftLabeler.Builder labeler(List<OpenModel> opened) {
        Preprocessing own = opened.get(0).preprocessing();
        Preprocessing sized = size == null ? own : own.withCrop(size);
        Normalization normalization = opened.get(0).normalization();
        SoftLabeler.Builder builder =
                SoftLabeler.builder()
                        .setSize(sized.crop())
                        .optShortSide(shortSide == null ? sized.resizeShort() : shortSide)
                        .optNormalization(normalization)
                        .optTopK(top)
                        .optBatchSize(batch);
        if (workers != null) {
            builder.optWorkers(workers);
        }
        for (OpenModel each : opened) {
            builder.addTeacher(each.taught(each.teacher().named(each.architecture().modelName())));
        }
        return builder;
    }

    /** Checks what no file is needed for; throws IllegalArgumentException. */
    TeacherOptions checked() {
        requireAtLeastOne("--classes", classes);
        requireAtLeastOne("--size", size);
        requireAtLeastOne("--short-side", shortSide);
        requireAtLeastOne("--top", top);
        requireAtLeastOne("--batch", batch);
        requireAtLeastOne("--workers", workers);
        return this;
    }

    private static void requireAtLeastOne(String option, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1, but was " + value);
        }
    }
}
