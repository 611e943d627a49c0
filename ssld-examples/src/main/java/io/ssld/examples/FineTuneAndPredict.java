package io.ssld.examples;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.ssld.core.data.ImageList;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.FineTunedModel;
import io.ssld.finetuning.FineTuner;
import io.ssld.finetuning.Pretrained;
import java.nio.file.Path;

/** From pretrained weights to classes of one's own, and to a prediction as a service makes it. */
public final class FineTuneAndPredict {

    private FineTuneAndPredict() {}

    /**
     * PRETRAINED is the folder of a saved model; TRAIN and VALIDATION have a sub-folder a class.
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            throw new IllegalArgumentException("give PRETRAINED TRAIN VALIDATION OUT EPOCHS PHOTO");
        }
        ImageList train = ImageList.ofFolder(Path.of(args[1]));
        ImageList validation = ImageList.ofFolder(Path.of(args[2]));
        Path out = Path.of(args[3]);
        Pretrained pretrained = Pretrained.saved(Path.of(args[0]));
        int epochs = Integer.parseInt(args[4]);
        var recipe = Recipe.fineTune().optEpochs(epochs).optWarmupEpochs(0.1 * epochs);
        recipe.optSize(pretrained.preprocessing().crop());
        FineTuner tuner =
                FineTuner.builder()
                        .setPretrained(pretrained) // or Pretrained.read(SsldModel, weights file)
                        .setClassNames(train.classNames())
                        .optRecipe(recipe.build())
                        .optOutput(out)
                        .build();
        try (FineTunedModel model = tuner.tune(train, validation)) {
            System.out.println(model.result().evaluation());
        }
        // From here on plain DJL. The same folder is what `bin/ssld serve --model` answers with.
        Criteria<Image, Classifications> saved =
                Criteria.builder()
                        .setTypes(Image.class, Classifications.class)
                        .optModelPath(out.resolve("model"))
                        .build();
        try (ZooModel<Image, Classifications> model = saved.loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            Image photo = ImageFactory.getInstance().fromFile(Path.of(args[5]));
            System.out.println(predictor.predict(photo));
        }
    }
}
