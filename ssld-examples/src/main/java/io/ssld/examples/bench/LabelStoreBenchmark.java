package io.ssld.examples.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.RecordingResult;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.StepSummary;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.engine.internal.Engines;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.SsldModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What recording costs beside the teacher, and what a step costs with recorded labels beside plain
 * training and beside a live teacher; ratios of one run.
 *
 * <p>The teacher is ResNet50_vd, the student MobileNetV3_large_x1_0, both with random weights, at
 * 224 pixels in batches of 32. All is by the clock and in turns: a round measures the bare forward
 * pass over one batch in memory and a recording of the images from their files, then a run of plain
 * training, one with the store and one with the live teacher, of each the median step. The first
 * round warms up; ratios are medians of the others' own.
 *
 * <pre>
 * java -Dai.djl.offline=true -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.LabelStoreBenchmark FOLDER [ROUNDS [STEPS]]
 * </pre>
 *
 * <p>FOLDER holds at least 32 images; ImagePipelineBenchmark makes some.
 */
public final class LabelStoreBenchmark {

    private static final int SIZE = 224;
    private static final int BATCH = 32;
    private static final int VIEWS = 4;
    private static final int IMAGES = 32;

    private final ImageList images;
    private final Path scratch;

    private LabelStoreBenchmark(ImageList images, Path scratch) {
        this.images = images;
        this.scratch = scratch;
    }

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws Exception if an image cannot be read
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 1 || args.length > 3) {
            throw new IllegalArgumentException(
                    "arguments must be FOLDER [ROUNDS [STEPS]], but were " + Arrays.toString(args));
        }
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 12;
        Path scratch = Files.createTempDirectory("label-store-benchmark");
        LabelStoreBenchmark benchmark = new LabelStoreBenchmark(images(Path.of(args[0])), scratch);
        try (Model model = Model.newInstance("teacher", "PyTorch")) {
            model.setBlock(SsldModel.RESNET50_VD.newBlock(1000));
            model.getBlock()
                    .initialize(
                            model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIZE, SIZE));
            benchmark.run(Teacher.of(model), rounds, steps);
        } finally {
            delete(scratch);
        }
    }

    private static ImageList images(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<ImageEntry> entries =
                    files.sorted()
                            .limit(IMAGES)
                            .map(file -> new ImageEntry(folder.relativize(file), 0))
                            .toList();
            if (entries.size() < IMAGES) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s must hold %d images, but holds %d",
                                folder,
                                IMAGES,
                                entries.size()));
            }
            return new ImageList(folder, entries);
        }
    }

    private void run(Teacher teacher, int rounds, int steps) throws Exception {
        Round[] all = new Round[rounds];
        round(teacher, "warm-up", steps);
        for (int i = 0; i < rounds; i++) {
            all[i] = round(teacher, "round" + i, steps);
            System.out.println(all[i]);
        }
        median("recording / bare forward", all, Round::recordingOfBare);
        median("step with store / plain", all, Round::storeOfPlain);
        median("live step / step with store", all, Round::liveOfStore);
    }

    private static void median(String name, Round[] rounds, ToDoubleFunction<Round> ratio) {
        double[] sorted = Arrays.stream(rounds).mapToDouble(ratio).sorted().toArray();
        System.out.printf(Locale.ROOT, "%s: median %.3f%n", name, sorted[sorted.length / 2]);
    }

    private Round round(Teacher teacher, String name, int steps) throws Exception {
        double bare = forward(teacher, IMAGES * VIEWS / BATCH);
        Path path = scratch.resolve(name);
        RecordingResult recording = record(teacher, path);
        Teacher replay = ReplayTeacher.of(SoftLabelStore.open(path));
        return new Round(
                bare,
                recording.images() * VIEWS / recording.seconds(),
                supervised(steps),
                distilled(replay, steps),
                distilled(teacher, Math.max(3, steps / 3)));
    }

    /**
     * One round.
     *
     * @param bare views a second of the teacher alone
     * @param recording views a second into a store
     * @param plain seconds a step of training by labels
     * @param store seconds a step with recorded labels
     * @param live seconds a step with the live teacher
     */
    private record Round(double bare, double recording, double plain, double store, double live) {

        double recordingOfBare() {
            return recording / bare;
        }

        double storeOfPlain() {
            return store / plain;
        }

        double liveOfStore() {
            return live / store;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "views/s: teacher %.2f, recording %.2f; step: plain %.2f s, store %.2f s,"
                            + " live %.2f s",
                    bare,
                    recording,
                    plain,
                    store,
                    live);
        }
    }

    /** Views a second of the teacher alone, its answers brought back to Java. */
    private static double forward(Teacher teacher, int batches) {
        try (NDManager manager = Engines.newManager()) {
            NDArray inputs =
                    manager.randomNormal(new Shape(BATCH, SIZE, SIZE, 3)).transpose(0, 3, 1, 2);
            long start = System.nanoTime();
            for (int i = 0; i < batches; i++) {
                try (NDArray logits = teacher.logits(new NDList(inputs))) {
                    logits.toFloatArray();
                }
            }
            return batches * BATCH * 1e9 / (System.nanoTime() - start);
        }
    }

    private RecordingResult record(Teacher teacher, Path path) throws IOException {
        return LabelRecorder.builder()
                .addTeacher(teacher)
                .setViews(Recipe.ssld().build().views())
                .setViewCount(VIEWS)
                .setSize(SIZE)
                .optBatchSize(BATCH)
                .build()
                .record(images, path);
    }

    private double supervised(int steps) throws Exception {
        try (Model student = student()) {
            Times times = new Times();
            SupervisedTrainer.builder()
                    .setModel(student)
                    .optRecipe(recipe(steps))
                    .addListener(times)
                    .build()
                    .train(images, few());
            return times.median();
        }
    }

    private double distilled(Teacher teacher, int steps) throws Exception {
        try (Model student = student()) {
            Times times = new Times();
            Distiller.builder()
                    .setTeacher(teacher)
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe(steps))
                    .addListener(times)
                    .build()
                    .distill(images, few());
            return times.median();
        }
    }

    private static Model student() {
        Model model = Model.newInstance("student", "PyTorch");
        model.setBlock(SsldModel.MOBILENETV3_LARGE_X1_0.newBlock(1000));
        return model;
    }

    private ImageList few() {
        return new ImageList(images.root(), images.entries().subList(0, 2));
    }

    private static Recipe recipe(int steps) {
        return Recipe.ssld()
                .optEpochs(1)
                .optWarmupEpochs(0)
                .optStepsPerEpoch(steps)
                .optBatchSize(BATCH)
                .optLearningRate(0.01)
                .optSize(SIZE)
                .build();
    }

    /** The time from step to step. */
    private static final class Times implements RunListener {
        private final List<Double> seconds = new ArrayList<>();
        private long last;

        @Override
        public void onStep(StepSummary summary) {
            long now = System.nanoTime();
            if (last != 0) {
                seconds.add((now - last) / 1e9);
            }
            last = now;
        }

        double median() {
            return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElseThrow();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
