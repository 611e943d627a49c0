package io.ssld.finetuning;

import ai.djl.Model;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.core.Distiller;
import io.ssld.core.RunBuilder;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.run.RunStatus;
import io.ssld.core.run.TrainingResult;
import io.ssld.core.teacher.Teacher;
import io.ssld.finetuning.internal.RunNotes;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a pretrained network to classes of one's own, by labels or by a teacher.
 *
 * <pre>{@code
 * FineTuner tuner = FineTuner.builder()
 *         .setPretrained(Pretrained.read(SsldModel.PPLCNET_X1_0, weights))
 *         .setClassNames(ClassNames.ofFolder(train))
 *         .optOutput(Path.of("out"))
 *         .build();
 * try (FineTunedModel model = tuner.tune(ImageList.ofFolder(train), ImageList.ofFolder(val))) {
 *     System.out.println(model.result().evaluation().top1());
 * }
 * }</pre>
 *
 * <p>The classifier begins anew, everything else is loaded strictly: a file of another network is
 * an error, never a network that learns from scratch unnoticed. Only the weights of a saved model
 * of exactly these classes keep their classifier, to be trained further.
 *
 * <p><b>Learning rates by depth.</b> Distilled features of early layers are fine already; where
 * PaddleClas recommends factors for the stages of a network ({@link
 * io.ssld.zoo.SsldModel#recommendedMultipliers()}) they are the default.
 *
 * <p><b>By a teacher</b>, which is the SKL-UGI of PULC: a {@link Teacher} that knows these classes,
 * or a second fine-tuner, which then runs first, on the labelled images. The student learns from
 * its soft labels, on all training images and on unlabelled ones beside them; labels are not looked
 * at.
 *
 * <p>With an output folder each run is a run folder with checkpoints and report, and the network is
 * saved beside as {@code model/}, which DJL loads without code. See docs/fine-tuning.md.
 */
public final class FineTuner {

    /** What a run folder calls the trained weights. */
    private static final String WEIGHTS = "student-0000.params";

    private static final String MODEL = "model";

    private final FineTuning settings;

    private FineTuner(FineTuning settings) {
        this.settings = settings;
    }

    /**
     * Starts a fine-tuner.
     *
     * @return a builder without settings
     */
    public static FineTunerBuilder builder() {
        return new FineTunerBuilder();
    }

    static FineTuner of(FineTuning settings) {
        return new FineTuner(settings);
    }

    FineTuning settings() {
        return settings;
    }

    /**
     * Fine-tunes. May be called again; every call begins with the pretrained weights.
     *
     * @param training labelled images of every class; with a teacher, images without a label may be
     *     among them
     * @param validation labelled images, measured after each epoch
     * @return the network; close it
     * @throws IOException if no image can be read, the weights do not fit the network, or the
     *     output cannot be written
     * @throws TranslateException never for image lists; declared by the training
     * @throws IllegalArgumentException if labels are beyond the classes, a class has too few
     *     images, or recipe, network and teacher do not fit each other
     * @throws IllegalStateException if another training runs in this JVM
     */
    public FineTunedModel tune(ImageList training, ImageList validation)
            throws IOException, TranslateException {
        Objects.requireNonNull(training, "training");
        Objects.requireNonNull(validation, "validation");
        List<String> names = settings.classNames();
        ClassNameMatch.require("the fine-tuner", names, "training images", training.classNames());
        ClassNameMatch.require(
                "the fine-tuner", names, "validation images", validation.classNames());
        ClassCoverage.require(training, settings.classNames(), settings.minImagesPerClass());
        Path home = settings.output();
        boolean resume = settings.resume();
        FineTuner first = settings.tunedTeacher();
        if (first == null) {
            return learn(training, validation, settings.teacher(), home, resume);
        }
        if (home == null) {
            return learn(first, training, validation, null, null, resume);
        }
        try (PairFolder pair = PairFolder.open(home, resume)) {
            return learn(first, training, validation, pair.teacher(), pair.student(), resume);
        }
    }

    /** By a teacher that is tuned before. */
    private FineTunedModel learn(
            FineTuner first,
            ImageList training,
            ImageList validation,
            @Nullable Path teacherHome,
            @Nullable Path studentHome,
            boolean resume)
            throws IOException, TranslateException {
        try (Model model = first.tuned(training.labelled(), validation, teacherHome, resume)) {
            return learn(training, validation, first.asTeacher(model), studentHome, resume);
        }
    }

    private Teacher asTeacher(Model model) {
        return Teacher.of(model)
                .named(settings.pretrained().architecture().modelName())
                .withNormalization(settings.normalization());
    }

    /** The tuned network of this tuner: that of a complete run in the folder, or a new one. */
    private Model tuned(
            ImageList training, ImageList validation, @Nullable Path home, boolean resume)
            throws IOException, TranslateException {
        if (home != null
                && resume
                && RunStatus.isComplete(home)
                && Files.exists(home.resolve(MODEL))) {
            return new StartingModel(settings).load(home.resolve(WEIGHTS));
        }
        // The model alone: the rest of what it returns holds nothing that has to be closed.
        return learn(training, validation, settings.teacher(), home, resume).model();
    }

    private FineTunedModel learn(
            ImageList training,
            ImageList validation,
            @Nullable Teacher teacher,
            @Nullable Path home,
            boolean resume)
            throws IOException, TranslateException {
        Model model = new StartingModel(settings).create();
        try {
            return teacher == null
                    ? train(model, training, validation, home, resume)
                    : distil(model, training, validation, teacher, home, resume);
        } catch (IOException | TranslateException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private FineTunedModel train(
            Model model,
            ImageList training,
            ImageList validation,
            @Nullable Path home,
            boolean resume)
            throws IOException, TranslateException {
        SupervisedTrainer.Builder run = SupervisedTrainer.builder().setModel(model);
        configure(run, model, "", home, resume);
        TrainingResult result = run.build().train(training, validation);
        return new FineTunedModel(model, settings.description(), result, null, "", home);
    }

    private FineTunedModel distil(
            Model model,
            ImageList training,
            ImageList validation,
            Teacher teacher,
            @Nullable Path home,
            boolean resume)
            throws IOException, TranslateException {
        Distiller.Builder run =
                Distiller.builder().setStudent(model).setTeacher(teacher).setLoss(settings.loss());
        configure(run, model, teacher.name(), home, resume);
        ImageList images = training.unlabelled();
        for (ImageList more : settings.unlabelled()) {
            images = images.merge(more.unlabelled());
        }
        DistillationResult result = run.build().distill(images, validation);
        return new FineTunedModel(
                model, settings.description(), result.training(), result, teacher.name(), home);
    }

    private void configure(
            RunBuilder<?> run, Model model, String teacher, @Nullable Path home, boolean resume) {
        run.optRecipe(settings.recipe());
        run.optNormalization(settings.normalization());
        if (home != null) {
            run.optRunFolder(home);
            run.optResume(resume);
            run.addArtefact(
                    MODEL,
                    (folder, end) -> {
                        SavedModel.delete(folder);
                        settings.description()
                                .write(folder, model.getBlock(), RunNotes.of(end, teacher));
                    });
        }
        settings.run().accept(run);
    }
}
