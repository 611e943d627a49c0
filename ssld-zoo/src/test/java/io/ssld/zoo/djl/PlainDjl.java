package io.ssld.zoo.djl;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;
import java.util.List;

/**
 * What an application does that knows DJL and not us. {@link SavedModelTest} runs it in a JVM whose
 * class path has this class, ssld-zoo and what it needs, and nothing else.
 */
final class PlainDjl {

    private PlainDjl() {}

    /** Prints names and probabilities: first by path, then by address. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Image image = ImageFactory.getInstance().fromFile(Path.of(args[1]));
        print(criteria().optModelPath(folder).build(), image);
        print(criteria().optModelUrls("file:" + folder).build(), image);
    }

    static Criteria.Builder<Image, Classifications> criteria() {
        return Criteria.builder().setTypes(Image.class, Classifications.class);
    }

    private static void print(Criteria<Image, Classifications> criteria, Image image)
            throws Exception {
        try (ZooModel<Image, Classifications> model = criteria.loadModel();
                Predictor<Image, Classifications> predictor = model.newPredictor()) {
            Classifications answer = predictor.predict(image);
            List<Double> probabilities = answer.getProbabilities();
            System.out.println(String.join("|", answer.getClassNames()) + " " + probabilities);
        }
    }
}
