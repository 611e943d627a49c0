package io.ssld.finetuning;

import ai.djl.training.loss.Loss;
import io.ssld.core.RunBuilder;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.internal.EvaluationPreprocessing;
import io.ssld.zoo.djl.SavedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link FineTuner}, checked against each other.
 *
 * @param pretrained where to start
 * @param classNames the classes to learn
 * @param recipe how, with the factors of the learning rate in it
 * @param minImagesPerClass how many labelled images every class needs
 * @param teacher a ready teacher, if there is one
 * @param tunedTeacher what is tuned first to be the teacher, if anything
 * @param unlabelled more images to learn from with a teacher
 * @param loss what student and teacher disagree about
 * @param output where runs and the network go
 * @param resume whether to go on with what is there
 * @param run the other settings of a run
 */
record FineTuning(
        Pretrained pretrained,
        List<String> classNames,
        Recipe recipe,
        int minImagesPerClass,
        @Nullable Teacher teacher,
        @Nullable FineTuner tunedTeacher,
        List<ImageList> unlabelled,
        Loss loss,
        @Nullable Path output,
        boolean resume,
        Consumer<RunBuilder<?>> run) {

    /** What is served later: the images prepared as the recipe's evaluation does. */
    SavedModel description() {
        return new SavedModel(
                pretrained.architecture(),
                pretrained.dropout(),
                classNames,
                EvaluationPreprocessing.of(pretrained.preprocessing(), recipe));
    }

    Normalization normalization() {
        return EvaluationPreprocessing.normalization(pretrained.preprocessing());
    }
}
