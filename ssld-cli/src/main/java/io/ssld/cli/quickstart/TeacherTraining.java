package io.ssld.cli.quickstart;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.TranslateException;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.evaluation.Evaluation;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.internal.Evaluator;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;

/**
 * Makes the embedded teacher: trains it with labels on the rest of the full data set, none of whose
 * images is embedded, and writes its weights in half precision.
 */
public final class TeacherTraining {

    /** Epochs of the embedded teacher. */
    public static final int EPOCHS = 10;

    private static final int BATCH = 128;

    private TeacherTraining() {}

    /**
     * Trains a teacher.
     *
     * @param fullSet the folder with the four files of Debian's dataset-fashion-mnist
     * @param out where images, run and {@code teacher.safetensors} go; new or empty
     * @param epochs how long
     * @param stepsPerEpoch so many steps an epoch; empty for one pass
     * @param seed of weights, order and views
     * @param listener follows the run
     * @return the teacher as it is saved, measured on the rest of the test images
     * @throws IOException if a file cannot be read or written
     * @throws TranslateException never for these images
     * @throws MalformedModelException never: the weights are the ones just trained
     */
    public static Evaluation train(
            Path fullSet,
            Path out,
            int epochs,
            OptionalInt stepsPerEpoch,
            long seed,
            RunListener listener)
            throws IOException, TranslateException, MalformedModelException {
        FashionMnist all = FashionMnist.read(fullSet);
        FashionMnist.Cut cut =
                all.cut(
                        EmbeddedData.LABELLED_PER_CLASS,
                        EmbeddedData.POOL_PER_CLASS,
                        EmbeddedData.TEST_PER_CLASS);
        Path images = out.resolve("data");
        Files.createDirectories(images.resolve("images"));
        ImageList training =
                write(images, "train", cut.restOfTrain(), all::trainImage, all::trainLabel);
        ImageList validation =
                write(images, "test", cut.restOfTest(), all::testImage, all::testLabel);

        RecipeBuilder recipe =
                Recipe.ssld()
                        .optEpochs(epochs)
                        .optBatchSize(BATCH)
                        .optLearningRate(0.1)
                        .optWarmupEpochs(epochs / 10.0)
                        .optWeightDecay(5e-4)
                        .optSize(Quickstart.SIZE)
                        .optShortSide(Quickstart.SIZE)
                        .optViews(Quickstart.VIEWS)
                        .optSeed(seed);
        stepsPerEpoch.ifPresent(recipe::optStepsPerEpoch);
        try (Model model = Model.newInstance("teacher", "PyTorch")) {
            model.setBlock(EmbeddedTeacher.ARCHITECTURE.newBlock(FashionMnist.CLASSES.size()));
            SupervisedTrainer.builder()
                    .setModel(model)
                    .optRecipe(recipe.build())
                    .optNormalization(Quickstart.NORMALIZATION)
                    .optRunFolder(out.resolve("run"))
                    .addListener(listener)
                    .build()
                    .train(training, validation);
            return save(model, out, validation);
        }
    }

    private static ImageList write(
            Path folder,
            String part,
            List<Integer> numbers,
            IntFunction<byte[]> image,
            IntUnaryOperator label)
            throws IOException {
        List<ImageEntry> entries = new ArrayList<>();
        for (int number : numbers) {
            Path name = Path.of(ImageFolder.name(part, number));
            ImageFolder.write(folder.resolve(name), image.apply(number));
            entries.add(new ImageEntry(name, label.applyAsInt(number)));
        }
        ImageList list = new ImageList(folder, entries);
        list.write(folder.resolve(part + ".txt"));
        return list;
    }

    /** Saves the weights in half precision and measures what was saved. */
    private static Evaluation save(Model model, Path out, ImageList validation)
            throws IOException, TranslateException, MalformedModelException {
        StateDict half = StateDict.of(model.getBlock()).toType(DataType.FLOAT16);
        try (Model saved = EmbeddedTeacher.load(half);
                NDManager manager = saved.getNDManager().newSubManager()) {
            Evaluation evaluation =
                    new Evaluator(Quickstart.evaluationBatches(validation), manager)
                            .evaluate(Teacher.of(saved)::logits);
            Safetensors.write(
                    out.resolve(EmbeddedTeacher.FILE),
                    half,
                    Map.of(
                            "architecture",
                            EmbeddedTeacher.ARCHITECTURE.modelName(),
                            "licence",
                            "trained on Fashion-MNIST, MIT, Zalando SE 2017",
                            "top1",
                            Double.toString(evaluation.top1())));
            return evaluation;
        }
    }
}
