package io.ssld.cli.quickstart;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.cli.quickstart.Results.StudentRun;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Mines a pool in which foreign images and copies of test images were planted, then trains one
 * small student in three {@linkplain Way ways}, with equal steps, equal augmentation and an equal
 * start, and compares them on images that no network was trained on.
 */
public final class Quickstart {

    static final SmallModel STUDENT = SmallModel.MOBILENET_X1_0;
    static final int SIZE = 28;
    static final int BATCH = 64;

    /** All pool and labelled images once: so many steps an epoch for every way. */
    static final int STEPS = 5000 / BATCH;

    /** Mean and deviation of the 60,000 training images, the same for the three grey channels. */
    static final Normalization NORMALIZATION =
            Normalization.of(
                    new float[] {0.286f, 0.286f, 0.286f}, new float[] {0.353f, 0.353f, 0.353f});

    private final Path folder;
    private final int epochs;
    private final Function<String, RunListener> listeners;

    /**
     * Prepares the comparison.
     *
     * @param folder where data, runs and reports go; new or empty
     * @param epochs the length of each training; an epoch is as many steps as fit all images once
     * @param listeners makes one who follows a training, from what it is called
     */
    public Quickstart(Path folder, int epochs, Function<String, RunListener> listeners) {
        this.folder = folder;
        this.epochs = epochs;
        this.listeners = listeners;
    }

    /**
     * Runs the comparison and writes {@code results.json}, {@code metrics.csv}, {@code
     * provenance.json} and {@code report.html}, beside a folder for each training.
     *
     * @param seeds one training of each way for each
     * @return the results
     * @throws IOException if a file cannot be read or written
     * @throws TranslateException never for these images
     * @throws MalformedModelException if the embedded teacher is damaged
     */
    public Results run(List<Long> seeds)
            throws IOException, TranslateException, MalformedModelException {
        EmbeddedData.Lists data = EmbeddedData.unpack(folder.resolve("data"));
        try (Model teacherModel = EmbeddedTeacher.load()) {
            RunTeacher teacher = Teacher.of(teacherModel);
            PoolMining.Mined mined = new PoolMining(folder.resolve("mining"), data).run(teacher);
            QuickstartReport report = new QuickstartReport(folder, data, teacherModel, teacher);
            List<StudentRun> runs = new ArrayList<>();
            for (long seed : seeds) {
                for (Way way : Way.values()) {
                    try (Model student = Model.newInstance(way.label(), "PyTorch")) {
                        student.setBlock(STUDENT.newBlock(FashionMnist.CLASSES.size()));
                        runs.add(train(way, seed, student, teacher, data, mined.pool()));
                        if (way == Way.DISTILLED_WITH_POOL && seed == seeds.get(0)) {
                            report.addAnswers(Teacher.of(student));
                        }
                    }
                }
            }
            return report.write(runs, mined.summary());
        }
    }

    private StudentRun train(
            Way way,
            long seed,
            Model student,
            RunTeacher teacher,
            EmbeddedData.Lists data,
            ImageList pool)
            throws IOException, TranslateException {
        String name = way.label() + "-seed" + seed;
        Path run = folder.resolve("runs").resolve(name);
        RunListener listener = listeners.apply(name);
        TrainingResult result =
                switch (way) {
                    case LABELS_ONLY ->
                            SupervisedTrainer.builder()
                                    .setModel(student)
                                    .optRecipe(recipe(seed))
                                    .optNormalization(NORMALIZATION)
                                    .optRunFolder(run)
                                    .addListener(listener)
                                    .build()
                                    .train(data.labelled(), data.test());
                    case DISTILLED ->
                            distill(student, teacher, seed, run, listener)
                                    .distill(data.labelled().unlabelled(), data.test())
                                    .training();
                    case DISTILLED_WITH_POOL ->
                            distill(student, teacher, seed, run, listener)
                                    .distill(data.labelled().unlabelled().merge(pool), data.test())
                                    .training();
                };
        Safetensors.write(
                run.resolve("student.safetensors"),
                StateDict.of(student.getBlock()),
                Map.of("architecture", STUDENT.modelName()));
        return new StudentRun(
                way,
                seed,
                result.evaluation(),
                agreement(student, teacher, data.test()),
                result.parameters(),
                result.seconds(),
                result.epochs());
    }

    private Distiller distill(
            Model student, Teacher teacher, long seed, Path run, RunListener listener) {
        return Distiller.builder()
                .setTeacher(teacher)
                .setStudent(student)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(recipe(seed))
                .optNormalization(NORMALIZATION)
                .optRunFolder(run)
                .addListener(listener)
                .build();
    }

    private Recipe recipe(long seed) {
        return Recipe.ssld()
                .optEpochs(epochs)
                .optStepsPerEpoch(STEPS)
                .optBatchSize(BATCH)
                .optLearningRate(0.1)
                // The best of 1e-4, 1e-3 and 3e-3 for the baseline, which overfits its few labels.
                .optWeightDecay(3e-3)
                .optSize(SIZE)
                .optShortSide(SIZE)
                .optViews(VIEWS)
                .optSeed(seed)
                .build();
    }

    /**
     * Hardly a crop, and a flip: these objects fill their frame, so larger ones would train the
     * networks on objects bigger than those they are tested on.
     */
    static final ViewSampler VIEWS =
            ViewSampler.builder().optArea(0.92, 1).optAspectRatio(0.95, 1.05).build();

    private static double agreement(Model student, Teacher teacher, ImageList test)
            throws IOException, TranslateException {
        try (NDManager manager = student.getNDManager().newSubManager()) {
            return new Evaluator(evaluationBatches(test), manager)
                    .compare(Teacher.of(student)::logits, teacher::logits)
                    .agreement();
        }
    }

    static ImageBatches evaluationBatches(ImageList images) {
        return ImageBatches.builder()
                .setImages(images)
                .setSize(SIZE)
                .setBatchSize(200)
                .optShortSide(SIZE)
                .optNormalization(NORMALIZATION)
                .optLayout(ImageLayout.CHANNELS_LAST)
                .build();
    }
}
