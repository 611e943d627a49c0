package io.ssld.examples;

import ai.djl.Model;
import io.ssld.core.Distiller;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.run.DistillationResult;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.djl.ModelNotes;
import io.ssld.zoo.djl.SavedModel;
import java.nio.file.Path;

/** A network exported from Python teaches one of the zoo, which is saved to be served. */
public final class DistilTorchScript {

    private DistilTorchScript() {}

    /** TEACHER is what {@code torch.jit.save} wrote; VALIDATION has a sub-folder a class. */
    public static void main(String[] args) throws Exception {
        if (args.length != 7) {
            throw new IllegalArgumentException(
                    "give TEACHER.pt STUDENT IMAGES VALIDATION OUT EPOCHS SIZE");
        }
        Path script = Path.of(args[0]).toAbsolutePath();
        Architecture architecture = Architecture.of(args[1]); // such as MobileNetV3_large_x1_0
        ImageList validation = ImageList.ofFolder(Path.of(args[3]));
        ImageList images = ImageList.ofFolder(Path.of(args[2])).unlabelled().minus(validation);
        Path out = Path.of(args[4]);
        int epochs = Integer.parseInt(args[5]);
        int size = Integer.parseInt(args[6]);
        var recipe = Recipe.ssld().optEpochs(epochs).optWarmupEpochs(0.1 * epochs);
        recipe.optBatchSize(32).optSize(size);
        try (Model teacher = Model.newInstance("teacher", "PyTorch");
                Model student = Model.newInstance("student", "PyTorch")) {
            teacher.load(script.getParent(), script.getFileName().toString());
            student.setBlock(architecture.newBlock(validation.classNames().size()));
            DistillationResult result =
                    Distiller.builder()
                            .setTeacher(
                                    Teacher.of(teacher).withNormalization(Normalization.IMAGENET))
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe.build())
                            .optRunFolder(out.resolve("run"))
                            .build()
                            .distill(images, validation);
            System.out.println(result);
            SavedModel.of(architecture, validation.classNames())
                    .withPreprocessing(architecture.preprocessing().withCrop(size))
                    .write(out.resolve("model"), student.getBlock(), ModelNotes.none());
        }
    }
}
