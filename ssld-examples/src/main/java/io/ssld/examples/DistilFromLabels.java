package io.ssld.examples;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.Distiller;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.djl.SavedModel;
import java.nio.file.Path;

/** Asks a teacher once about views of each image; a student then learns without the teacher. */
public final class DistilFromLabels {

    private DistilFromLabels() {}

    /** TEACHER is the folder of a saved model, STUDENT a network of the zoo. */
    public static void main(String[] args) throws Exception {
        if (args.length != 7) {
            throw new IllegalArgumentException(
                    "give TEACHER STUDENT IMAGES VALIDATION OUT EPOCHS SIZE");
        }
        ImageList validation = ImageList.ofFolder(Path.of(args[3]));
        ImageList images = ImageList.ofFolder(Path.of(args[2])).unlabelled().minus(validation);
        Path labels = Path.of(args[4], "labels");
        int epochs = Integer.parseInt(args[5]);
        var builder = Recipe.ssld().optEpochs(epochs).optWarmupEpochs(0.1 * epochs);
        Recipe recipe = builder.optBatchSize(32).optSize(Integer.parseInt(args[6])).build();
        SavedModel saved = SavedModel.read(Path.of(args[0]));
        try (Model teacher = Model.newInstance("teacher", "PyTorch");
                Model student = Model.newInstance("student", "PyTorch")) {
            teacher.setBlock(saved.newBlock());
            Shape shape = new Shape(1, 3, recipe.height(), recipe.width());
            SsldWeights.of(SavedModel.readWeights(Path.of(args[0])))
                    .initialize(teacher.getBlock(), teacher.getNDManager(), shape);
            LabelRecorder.builder()
                    .addTeacher(Teacher.of(teacher).withClassNames(saved.classNames()))
                    .setViews(recipe.views())
                    .setViewCount(Math.min(epochs, 10)) // the 11th pass shows the first view again
                    .setSize(recipe.height())
                    .build()
                    .record(images, labels); // goes on where it was if it was killed
            student.setBlock(Architecture.of(args[1]).newBlock(saved.classes()));
            Distiller.builder()
                    .setTeacher(ReplayTeacher.of(SoftLabelStore.open(labels)))
                    .setStudent(student)
                    .setLoss(DistillationLoss.symmetricKl())
                    .optRecipe(recipe)
                    .optRunFolder(Path.of(args[4], "run"))
                    .build()
                    .distill(images, validation);
        }
    }
}
