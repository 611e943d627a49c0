package io.ssld.examples.bench;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.Distiller;
import io.ssld.core.RunListener;
import io.ssld.core.StepSummary;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.RecordingResult;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
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
import java.util.stream.Stream;

/**
 * What recording costs beside the teacher, and what a step costs with recorded labels beside plain
 * training and beside a live teacher; ratios of one run.
 *
 * <p>The teacher is ResNet50_vd, the student MobileNetV3_large_x1_0, both with random weights, at
 * 224 pixels in batches of 32. Rates are by the clock, in turns: a round measures the bare forward
 * pass over one batch in memory, then a recording of the images from their files. Steps are the
 * median of a run.
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
            Teacher teacher = Teacher.of(model);
            benchmark.recording(teacher, rounds);
            benchmark.steps(teacher, steps);
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
                        "%s must hold %d images, but holds %d"
                                .formatted(folder, IMAGES, entries.size()));
            }
            return new ImageList(folder, entries);
        }
    }

    private void recording(Teacher teacher, int rounds) throws IOException {
        forward(teacher, 1);
        record(teacher, "warm-up");
        double[] ratios = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            double bare = forward(teacher, IMAGES * VIEWS / BATCH);
            RecordingResult result = record(teacher, "round" + i);
            double recorded = result.images() * VIEWS / result.seconds();
            ratios[i] = recorded / bare;
            System.out.printf(
                    Locale.ROOT,
                    "round %d: teacher %.2f views/s, recording %.2f views/s, ratio %.3f%n",
                    i + 1,
                    bare,
                    recorded,
                    ratios[i]);
        }
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT, "recording / bare forward: median %.3f%n", ratios[rounds / 2]);
    }

    /** Views a second of the teacher alone, its answers brought back to Java. */
    private static double forward(Teacher teacher, int batches) {
        try (NDManager manager = NDManager.newBaseManager()) {
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

    private RecordingResult record(Teacher teacher, String name) throws IOException {
        return LabelRecorder.builder()
                .addTeacher(teacher)
                .setViews(Recipe.ssld().build().views())
                .setViewCount(VIEWS)
                .setSize(SIZE)
                .optBatchSize(BATCH)
                .build()
                .record(images, scratch.resolve(name));
    }

    private void steps(Teacher teacher, int steps) throws Exception {
        SoftLabelStore store = SoftLabelStore.open(scratch.resolve("warm-up"));
        double plain = supervised(steps);
        double recorded = distilled(Teacher.replay(store), steps);
        double live = distilled(teacher, Math.max(3, steps / 3));
        System.out.printf(
                Locale.ROOT,
                "step: plain %.2f s, store %.2f s (%.3f x plain), live %.2f s (%.2f x store)%n",
                plain,
                recorded,
                recorded / plain,
                live,
                live / recorded);
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
                .epochs(1)
                .warmupEpochs(0)
                .stepsPerEpoch(steps)
                .batchSize(BATCH)
                .learningRate(0.01)
                .size(SIZE)
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
