package io.ssld.examples.study;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Json;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * Students that learn a part of CIFAR-10 without labels from one small teacher: what studies of a
 * single question share. All students of a study have equal steps and see equally many images;
 * those of one seed have equal first weights and order.
 *
 * <p>Each student is skipped if its file is there, so that a stopped study goes on.
 */
final class CifarStudents {

    static final int SIZE = 32;
    static final int CLASSES = 10;
    static final ViewSampler VIEWS =
            ViewSampler.builder().optArea(0.25, 1).optAspectRatio(0.75, 1.3333).build();
    static final Normalization NORMALIZATION =
            Normalization.of(
                    new float[] {0.491f, 0.482f, 0.447f}, new float[] {0.247f, 0.243f, 0.262f});

    /** The arguments of a study, as its main method gets them. */
    private static final String ARGUMENTS = "CIFAR OUT [SEEDS [FRACTION [EPOCHS]]]";

    private static final int BATCH = 64;

    private final Path out;
    private final ImageList train;
    private final ImageList test;
    private final int epochs;
    private final long[] seeds;
    private final List<Run> runs = new ArrayList<>();

    /**
     * Reads a study's arguments.
     *
     * @param args folder of CIFAR-10; output folder; seeds: a number of them (default 3) or the
     *     first and the last, such as 2-4; fraction of the images (0.2); epochs of one pass (20)
     * @throws IOException if a folder cannot be read or made
     */
    CifarStudents(String... args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("arguments must be " + ARGUMENTS);
        }
        Path cifar = Path.of(args[0]);
        out = Path.of(args[1]);
        seeds = seeds(args.length > 2 ? args[2] : "3");
        double fraction = args.length > 3 ? Double.parseDouble(args[3]) : 0.2;
        epochs = args.length > 4 ? Integer.parseInt(args[4]) : 20;
        Files.createDirectories(out);
        train = ImageList.ofFolder(cifar.resolve("train")).splitFraction(fraction, 1).part();
        ImageList tests = ImageList.ofFolder(cifar.resolve("test"));
        test = fraction < 0.1 ? tests.splitFraction(fraction, 2).part() : tests;
    }

    private static long[] seeds(String text) {
        String[] ends = text.split("-", 2);
        long last = Long.parseLong(ends[ends.length - 1]);
        return ends.length == 1
                ? LongStream.range(0, last).toArray()
                : LongStream.rangeClosed(Long.parseLong(ends[0]), last).toArray();
    }

    /** One student. */
    record Run(String way, long seed, int images, int epochs, double top1, double seconds) {}

    long[] seeds() {
        return seeds.clone();
    }

    int epochs() {
        return epochs;
    }

    Path file(String name) {
        return out.resolve(name);
    }

    ImageList unlabelled() {
        return train.unlabelled();
    }

    static NetworkTeacher live(Model model) {
        return Teacher.of(model).named("teacher").withNormalization(NORMALIZATION);
    }

    /** Trains the teacher by labels, or reads it. */
    Model teacher() throws IOException, TranslateException, MalformedModelException {
        Path weights = file("teacher.safetensors");
        Model model = Model.newInstance("teacher", "PyTorch");
        Block block = SmallModel.RESNET_X1_0.newBlock(CLASSES);
        model.setBlock(block);
        if (Files.exists(weights)) {
            Safetensors.read(weights)
                    .initialize(block, model.getNDManager(), new Shape(1, 3, SIZE, SIZE));
            return model;
        }
        TrainingResult result =
                SupervisedTrainer.builder()
                        .setModel(model)
                        .optRecipe(recipe(99, Math.max(2, epochs / 2)))
                        .optNormalization(NORMALIZATION)
                        .build()
                        .train(train, test);
        Json.write(file("teacher.json"), result.evaluation());
        Safetensors.write(weights, StateDict.of(block), Map.of());
        return model;
    }

    /**
     * Distils a student, or reads what came of it.
     *
     * @param name of its file, with the seed
     * @param title of its kind
     * @param seed of its first weights and order
     * @param teacher what it learns from
     * @param settings what is special about it
     */
    void distil(
            String name,
            String title,
            long seed,
            Teacher teacher,
            UnaryOperator<Distiller.Builder> settings)
            throws IOException, TranslateException {
        Path done = file("run-" + name + "-" + seed + ".json");
        if (Files.exists(done)) {
            runs.add(Json.read(done, Run.class));
            return;
        }
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(SmallModel.MOBILENET_X1_0.newBlock(CLASSES));
            Distiller.Builder builder =
                    Distiller.builder()
                            .setTeacher(teacher)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(seed, epochs))
                            .optNormalization(NORMALIZATION);
            TrainingResult result =
                    settings.apply(builder).build().distill(unlabelled(), test).training();
            double top1 = 100 * result.evaluation().top1();
            Run run = new Run(title, seed, train.size(), epochs, top1, result.seconds());
            Json.write(done, run);
            runs.add(run);
        }
    }

    /** Writes all students to {@code NAME.json} and, as a table, {@code NAME.md}. */
    void report(String name) throws IOException {
        Json.write(file(name + ".json"), Map.of("runs", runs));
        AtomicFiles.writeString(file(name + ".md"), markdown());
    }

    private static Recipe recipe(long seed, int epochs) {
        return Recipe.ssld()
                .optEpochs(epochs)
                .optWarmupEpochs(Math.min(1, epochs / 4.0))
                .optBatchSize(BATCH)
                .optLearningRate(0.1)
                .optWeightDecay(1e-4)
                .optSize(SIZE)
                .optShortSide(SIZE)
                .optViews(VIEWS)
                .optSeed(seed)
                .build();
    }

    private String markdown() {
        StringBuilder text = new StringBuilder("| kind | top-1 by seed % | mean % | seconds |\n");
        text.append("|---|---|---|---|\n");
        for (String way : runs.stream().map(Run::way).distinct().toList()) {
            List<Run> of = runs.stream().filter(run -> run.way().equals(way)).toList();
            text.append("| ").append(way).append(" | ");
            for (Run run : of) {
                text.append(String.format(Locale.ROOT, "%.2f ", run.top1()));
            }
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| %.2f | %.0f |%n",
                            of.stream().mapToDouble(Run::top1).average().orElseThrow(),
                            of.stream().mapToDouble(Run::seconds).average().orElseThrow()));
        }
        return text.toString();
    }
}
