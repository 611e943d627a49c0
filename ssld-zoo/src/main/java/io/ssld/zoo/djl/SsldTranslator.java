package io.ssld.zoo.djl;

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import io.ssld.images.internal.Pixels;
import io.ssld.zoo.Preprocessing;
import io.ssld.zoo.internal.ImagePreparer;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Turns images into what a network was trained on and its logits into probabilities of classes.
 *
 * <p>Scaling is that of the original, byte for byte. Decoding is not: Java's JPEG decoder and the
 * original's may differ by a step or two of 255 in single pixels.
 */
public final class SsldTranslator implements Translator<Image, Classifications> {

    private final Preprocessing preprocessing;
    private final List<String> classNames;

    /**
     * Creates a translator.
     *
     * @param preprocessing what to do to an image, such as that of a {@link io.ssld.zoo.ModelCard}
     * @param classNames the names of the classes in order; a network with another number of classes
     *     has its classes numbered
     */
    public SsldTranslator(Preprocessing preprocessing, List<String> classNames) {
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(classNames, "classNames");
        this.preprocessing = preprocessing;
        this.classNames = List.copyOf(classNames);
    }

    @Override
    public NDList processInput(TranslatorContext context, Image input) {
        try (NDArray array = input.toNDArray(context.getNDManager(), Image.Flag.COLOR);
                NDArray bytes = array.toType(DataType.UINT8, false)) {
            Shape shape = bytes.getShape();
            Pixels pixels = new Pixels((int) shape.get(1), (int) shape.get(0), bytes.toByteArray());
            float[] values = ImagePreparer.prepare(preprocessing, pixels);
            Shape result = new Shape(Pixels.CHANNELS, preprocessing.crop(), preprocessing.crop());
            return new NDList(context.getNDManager().create(values, result));
        }
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList list) {
        NDArray probabilities = list.singletonOrThrow().softmax(0);
        int classes = (int) probabilities.size();
        List<String> names =
                classNames.size() == classes
                        ? classNames
                        : IntStream.range(0, classes).mapToObj(String::valueOf).toList();
        return new Classifications(names, probabilities);
    }
}
