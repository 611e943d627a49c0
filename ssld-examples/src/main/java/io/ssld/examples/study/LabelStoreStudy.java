package io.ssld.examples.study;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.TrainingResult;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.ViewKey;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.labels.TailPolicy;
import io.ssld.core.report.AtomicFiles;
import io.ssld.core.report.Json;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.view.CenterCrop;
import io.ssld.core.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.weights.Safetensors;
import io.ssld.zoo.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What recorded labels cost in accuracy, on CIFAR-10: students that learn without labels from the
 * live teacher, from a store of all classes, of three classes, of a quarter of the views, and, as
 * the control that should lose, from one label an image whatever the view.
 *
 * <pre>
 * java ... io.ssld.examples.study.LabelStoreStudy CIFAR OUT [SEEDS [FRACTION [EPOCHS]]]
 * </pre>
 *
 * <p>All students have equal steps and see equally many images; those of one store share its labels
 * and views and differ in first weights and order. Each part is skipped if its file is there, so
 * that a stopped study goes on.
 */
public final class LabelStoreStudy {

    private static final int SIZE = 32;
    private static final int BATCH = 64;
    private static final int CLASSES = 10;
    private static final ViewSampler VIEWS =
            ViewSampler.builder().optArea(0.25, 1).optAspectRatio(0.75, 1.3333).build();
    private static final Normalization NORMALIZATION =
            Normalization.of(
                    new float[] {0.491f, 0.482f, 0.447f}, new float[] {0.247f, 0.243f, 0.262f});

    /** Where a student's labels are from. */
    private enum Way {
        LIVE("live teacher"),
        ALL("store, 10 of 10 classes"),
        THREE("store, 3 of 10 classes"),
        CYCLED("store, 10 classes, a quarter of the views"),
        IMAGE("one label an image");

        private final String title;

        Way(String title) {
            this.title = title;
        }
    }

    private final Path out;
    private final ImageList train;
    private final ImageList test;
    private final int epochs;

    private LabelStoreStudy(Path out, ImageList train, ImageList test, int epochs) {
        this.out = out;
        this.train = train;
        this.test = test;
        this.epochs = epochs;
    }

    /** One student. */
    record Run(String way, long seed, int images, int epochs, double top1, double seconds) {}

    /**
     * Runs the study.
     *
     * @param args folder of CIFAR-10, output folder, number of seeds (default 3), fraction of the
     *     images (0.2), epochs of one pass (20)
     * @throws Exception if a file cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            throw new IllegalArgumentException(
                    "arguments must be CIFAR OUT [SEEDS [FRACTION [EPOCHS]]]");
        }
        int seeds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        double fraction = args.length > 3 ? Double.parseDouble(args[3]) : 0.2;
        int epochs = args.length > 4 ? Integer.parseInt(args[4]) : 20;
        Path cifar = Path.of(args[0]);
        Path out = Path.of(args[1]);
        Files.createDirectories(out);
        ImageList train =
                ImageList.ofFolder(cifar.resolve("train")).splitFraction(fraction, 1).part();
        ImageList test = ImageList.ofFolder(cifar.resolve("test"));
        if (fraction < 0.1) {
            test = test.splitFraction(fraction, 2).part();
        }
        new LabelStoreStudy(out, train, test, epochs).run(seeds);
    }

    private void run(int seeds) throws IOException, TranslateException, MalformedModelException {
        try (Model teacherModel = teacher()) {
            Teacher live =
                    Teacher.of(teacherModel).withName("teacher").withNormalization(NORMALIZATION);
            List<Run> runs = new ArrayList<>();
            for (long seed = 0; seed < seeds; seed++) {
                for (Way way : Way.values()) {
                    runs.add(distilled(way, seed, live));
                }
            }
            Json.write(out.resolve("study.json"), Map.of("runs", runs));
            AtomicFiles.writeString(out.resolve("study.md"), markdown(runs));
        }
    }

    private Model teacher() throws IOException, TranslateException, MalformedModelException {
        Path weights = out.resolve("teacher.safetensors");
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
        Json.write(out.resolve("teacher.json"), result.evaluation());
        Safetensors.write(weights, StateDict.of(block), Map.of());
        return model;
    }

    private Run distilled(Way way, long seed, Teacher live) throws IOException, TranslateException {
        Path done =
                out.resolve("run-" + way.name().toLowerCase(Locale.ROOT) + "-" + seed + ".json");
        if (Files.exists(done)) {
            return Json.read(done, Run.class);
        }
        Teacher teacher = teacher(way, live);
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(SmallModel.MOBILENET_X1_0.newBlock(CLASSES));
            TrainingResult result =
                    Distiller.builder()
                            .setTeacher(teacher)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(seed, epochs))
                            .optNormalization(NORMALIZATION)
                            .build()
                            .distill(train.unlabelled(), test)
                            .student();
            Run run =
                    new Run(
                            way.title,
                            seed,
                            train.size(),
                            epochs,
                            100 * result.evaluation().top1(),
                            result.seconds());
            Json.write(done, run);
            return run;
        }
    }

    private Teacher teacher(Way way, Teacher live) throws IOException {
        return switch (way) {
            case LIVE -> live;
            case ALL -> Teacher.replay(store("all", VIEWS, epochs, CLASSES, live));
            case THREE -> Teacher.replay(store("three", VIEWS, epochs, 3, live));
            case CYCLED ->
                    Teacher.replay(store("cycled", VIEWS, Math.max(1, epochs / 4), CLASSES, live));
            case IMAGE ->
                    new ImageLabels(
                            store("image", new CenterCrop(SIZE, SIZE, SIZE), 1, CLASSES, live));
        };
    }

    /** Records, or goes on recording, or opens what was recorded. */
    private SoftLabelStore store(String name, ViewSampler views, int count, int topK, Teacher live)
            throws IOException {
        Path path = out.resolve("store-" + name);
        LabelRecorder.builder()
                .addTeacher(live)
                .setViews(views)
                .setViewCount(count)
                .setSize(SIZE)
                .optTopK(topK)
                .optNormalization(NORMALIZATION)
                .build()
                .record(train.unlabelled(), path);
        return SoftLabelStore.open(path);
    }

    /** What caches of one label an image do: the label of its centre, whatever view is shown. */
    private record ImageLabels(SoftLabelStore store) implements Teacher {

        @Override
        public NDArray logits(NDList inputs) {
            throw new UnsupportedOperationException("one label an image has no answer to pixels");
        }

        @Override
        public NDArray logits(NDList inputs, List<ViewKey> keys) {
            float[] rows = new float[keys.size() * CLASSES];
            for (int i = 0; i < keys.size(); i++) {
                store.readAll(keys.get(i).digest(), 0, TailPolicy.SPREAD, rows, i * CLASSES);
            }
            NDArray held = inputs.head().getManager().create(rows, new Shape(keys.size(), CLASSES));
            // Away from the Java buffer, which the engine does not keep.
            return held.duplicate();
        }

        @Override
        public boolean needsKeys() {
            return true;
        }

        @Override
        public String name() {
            return "labels of images";
        }
    }

    private static Recipe recipe(long seed, int epochs) {
        return Recipe.ssld()
                .epochs(epochs)
                .warmupEpochs(Math.min(1, epochs / 4.0))
                .batchSize(BATCH)
                .learningRate(0.1)
                .weightDecay(1e-4)
                .size(SIZE)
                .shortSide(SIZE)
                .views(VIEWS)
                .seed(seed)
                .build();
    }

    private static String markdown(List<Run> runs) {
        StringBuilder text = new StringBuilder("| labels | top-1 by seed % | mean % | seconds |\n");
        text.append("|---|---|---|---|\n");
        for (Way way : Way.values()) {
            List<Run> of = runs.stream().filter(run -> run.way().equals(way.title)).toList();
            text.append("| ").append(way.title).append(" | ");
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
