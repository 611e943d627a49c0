package io.ssld.examples;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Path;

/** Trains a wide network of DJL's own blocks by labels; it teaches a narrow one without any. */
public final class DistilAnyPair {

    private DistilAnyPair() {}

    /** TRAIN and VALIDATION have a sub-folder a class; POOL is any folder of images. */
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            throw new IllegalArgumentException("give TRAIN VALIDATION POOL OUT EPOCHS SIZE");
        }
        ImageList labelled = ImageList.ofFolder(Path.of(args[0]));
        ImageList validation = ImageList.ofFolder(Path.of(args[1]));
        ImageList pool = ImageList.ofFolder(Path.of(args[2])).unlabelled().minus(validation);
        Path out = Path.of(args[3]);
        int epochs = Integer.parseInt(args[4]);
        var recipe = Recipe.ssld().optEpochs(epochs).optWarmupEpochs(0.1 * epochs);
        recipe.optBatchSize(32).optSize(Integer.parseInt(args[5]));
        int classes = labelled.classNames().size();
        try (Model teacher = model(64, classes);
                Model student = model(16, classes)) {
            var trainer = SupervisedTrainer.builder().setModel(teacher).optRecipe(recipe.build());
            trainer.optRunFolder(out.resolve("teacher")).build().train(labelled, validation);
            var distiller = Distiller.builder().setTeacher(Teacher.of(teacher)).setStudent(student);
            distiller.setLoss(DistillationLoss.symmetricKl()).optRecipe(recipe.build());
            distiller.optRunFolder(out.resolve("student")); // leaves student-0000.params
            distiller.build().distill(labelled.unlabelled().merge(pool), validation);
        }
    }

    private static Model model(int width, int classes) {
        SequentialBlock block = new SequentialBlock();
        for (int filters = width; filters <= 4 * width; filters *= 2) {
            var convolution = Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters);
            block.add(convolution.optStride(new Shape(2, 2)).build());
            block.add(BatchNorm.builder().build()).add(Activation.reluBlock());
        }
        block.add(Pool.globalAvgPool2dBlock()).add(Linear.builder().setUnits(classes).build());
        Model model = Model.newInstance("width-" + width, "PyTorch");
        model.setBlock(block);
        return model;
    }
}
