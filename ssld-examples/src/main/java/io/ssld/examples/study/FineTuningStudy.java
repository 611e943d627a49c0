package io.ssld.examples.study;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Json;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.ClassNames;
import io.ssld.finetuning.FineTunedModel;
import io.ssld.finetuning.FineTuner;
import io.ssld.finetuning.FineTunerBuilder;
import io.ssld.finetuning.Pretrained;
import io.ssld.images.view.ViewSampler;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.WeightMismatchException;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a teacher and unlabelled photographs are worth when few photographs have labels: a small
 * network fine-tuned by the labels alone, and by a teacher on the same photographs and on the
 * unlabelled ones.
 *
 * <pre>
 * java ... io.ssld.examples.study.FineTuningStudy TEACHER STUDENT PHOTOS OUT [SEEDS [EPOCHS [TEACHER_EPOCHS]]]
 * </pre>
 *
 * <p>TEACHER and STUDENT are folders of saved models, pretrained on anything. PHOTOS has {@code
 * train/}, {@code validation/} and {@code test/} with a sub-folder a class. Three in ten training
 * photographs, in proportion to the classes, keep their labels. The teacher is fine-tuned on those;
 * all students take equal steps. Each part is skipped if its file is there.
 */
public final class FineTuningStudy {

    private static final int SIZE = 48;
    private static final int STEPS = 40;
    private static final double LABELLED = 0.3;

    private final Pretrained teacher;
    private final Pretrained student;
    private final List<String> names;
    private final ImageList labelled;
    private final ImageList unlabelled;
    private final ImageList test;
    private final Path out;
    private final int epochs;
    private final int teacherEpochs;

    private FineTuningStudy(String[] args) throws IOException {
        teacher = Pretrained.saved(Path.of(args[0]));
        student = Pretrained.saved(Path.of(args[1]));
        Path photos = Path.of(args[2]);
        out = Path.of(args[3]);
        epochs = args.length > 5 ? Integer.parseInt(args[5]) : 45;
        teacherEpochs = args.length > 6 ? Integer.parseInt(args[6]) : 15;
        names = ClassNames.ofFolder(photos.resolve("train"));
        ImageList.Split split =
                ImageList.ofFolder(photos.resolve("train")).splitFraction(LABELLED, 0);
        labelled = split.part();
        unlabelled = split.rest();
        test = ImageList.ofFolder(photos.resolve("test"));
    }

    /** How a network learned. */
    private enum Way {
        TEACHER("teacher, labels"),
        LABELS("student, labels"),
        TAUGHT("student, teacher");

        private final String words;

        Way(String words) {
            this.words = words;
        }
    }

    /** One network on the test photographs. */
    record Run(String way, long seed, int images, double top1, double seconds) {}

    /**
     * Runs the study.
     *
     * @param args two saved models, folder of photographs, output folder, number of seeds (default
     *     3), epochs of 40 steps of a student (45) and of the teacher (15)
     * @throws Exception if a file cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 4) {
            throw new IllegalArgumentException(
                    "arguments must be TEACHER STUDENT PHOTOS OUT [SEEDS [EPOCHS"
                            + " [TEACHER_EPOCHS]]]");
        }
        int seeds = args.length > 4 ? Integer.parseInt(args[4]) : 3;
        new FineTuningStudy(args).run(seeds);
    }

    private void run(int seeds) throws IOException, TranslateException {
        Files.createDirectories(out);
        List<Run> runs = new ArrayList<>();
        runs.add(run(Way.TEACHER, 0));
        for (long seed = 0; seed < seeds; seed++) {
            runs.add(run(Way.LABELS, seed));
            runs.add(run(Way.TAUGHT, seed));
        }
        Json.write(out.resolve("study.json"), Map.of("runs", runs));
        AtomicFiles.writeString(out.resolve("study.md"), markdown(runs));
    }

    private Run run(Way way, long seed) throws IOException, TranslateException {
        String name = way.name().toLowerCase(Locale.ROOT) + "-" + seed;
        Path done = out.resolve(name + ".json");
        if (Files.exists(done)) {
            return Json.read(done, Run.class);
        }
        Run run;
        if (way == Way.TEACHER) {
            run =
                    tuned(
                            way,
                            seed,
                            tuner(teacher, seed, teacherEpochs).optOutput(out.resolve(name)));
        } else if (way == Way.LABELS) {
            run = tuned(way, seed, tuner(student, seed, epochs));
        } else {
            try (Model taught = open(out.resolve("teacher-0").resolve("model"))) {
                FineTunerBuilder tuner =
                        tuner(student, seed, epochs)
                                .optTeacher(Teacher.of(taught))
                                .addUnlabelled(unlabelled);
                run = tuned(way, seed, tuner);
            }
        }
        Json.write(done, run);
        return run;
    }

    private Run tuned(Way way, long seed, FineTunerBuilder tuner)
            throws IOException, TranslateException {
        try (FineTunedModel model = tuner.build().tune(labelled, test)) {
            return new Run(
                    way.words,
                    seed,
                    labelled.size() + (way == Way.TAUGHT ? unlabelled.size() : 0),
                    100 * model.result().evaluation().top1(),
                    model.result().seconds());
        }
    }

    private static Model open(Path folder) throws IOException {
        SavedModel saved = SavedModel.read(folder);
        Block block = saved.newBlock();
        Model model = Model.newInstance("teacher", "PyTorch");
        try {
            SsldWeights.of(SavedModel.readWeights(folder))
                    .initialize(block, model.getNDManager(), new Shape(1, 3, SIZE, SIZE));
        } catch (WeightMismatchException e) {
            model.close();
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
        model.setBlock(block);
        return model;
    }

    private FineTunerBuilder tuner(Pretrained start, long seed, int epochs) {
        return FineTuner.builder()
                .setPretrained(start)
                .setClassNames(names)
                .optRecipe(
                        Recipe.fineTune()
                                .optEpochs(epochs)
                                .optStepsPerEpoch(STEPS)
                                .optLearningRate(0.06)
                                .optWarmupEpochs(1)
                                .optSize(SIZE)
                                .optShortSide(SIZE * 8 / 7)
                                .optViews(ViewSampler.builder().optArea(0.35, 1).build())
                                .optSeed(seed)
                                .build());
    }

    private static String markdown(List<Run> runs) {
        StringBuilder text =
                new StringBuilder(
                        "| network, learns from | photographs | top-1 by seed % | mean % |\n");
        text.append("|---|---|---|---|\n");
        for (Way way : Way.values()) {
            List<Run> of = runs.stream().filter(run -> run.way().equals(way.words)).toList();
            text.append(String.format(Locale.ROOT, "| %s | %d |", way.words, of.get(0).images()));
            of.forEach(run -> text.append(String.format(Locale.ROOT, " %.2f", run.top1())));
            double mean = of.stream().mapToDouble(Run::top1).average().orElseThrow();
            text.append(String.format(Locale.ROOT, " | %.2f |%n", mean));
        }
        return text.toString();
    }
}
