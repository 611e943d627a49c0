package io.ssld.zoo.djl;

import ai.djl.ndarray.types.Shape;
import io.ssld.zoo.SsldModel;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The arguments by which DJL describes one of our networks; numbers may arrive as text. */
final class SsldArguments {

    /** The name of the network. */
    static final String MODEL = "ssldModel";

    /** The number of classes, 1000 unless given. */
    static final String CLASSES = "classes";

    /** The dropout of the classifier, as published unless given. */
    static final String DROPOUT = "dropout";

    /** A weights file of the user's own. */
    static final String WEIGHTS = "weights";

    /** A weights file in the folder of the model. */
    static final String WEIGHTS_FILE = "ssldFile";

    /** Whether SSLD weights are meant; {@link #USE_SSLD} is PaddleClas' word for it. */
    static final String SSLD = "ssld";

    static final String USE_SSLD = "use_ssld";

    private final Map<String, ?> arguments;

    SsldArguments(Map<String, ?> arguments) {
        this.arguments = arguments;
    }

    @Nullable String text(String name) {
        Object value = arguments.get(name);
        return value == null ? null : value.toString();
    }

    SsldModel model() {
        String name = text(MODEL);
        if (name == null) {
            throw new IllegalArgumentException(
                    "arguments must have " + MODEL + ", but had " + arguments.keySet());
        }
        return SsldModel.of(name);
    }

    int classes() {
        String value = text(CLASSES);
        // JSON turns 10 into 10.0.
        return value == null ? 1000 : (int) Math.round(number(CLASSES, value));
    }

    OptionalDouble dropout() {
        String value = text(DROPOUT);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(number(DROPOUT, value));
    }

    Shape inputShape() {
        return new Shape(1, Pixels.CHANNELS, 224, 224);
    }

    private static double number(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, but was " + value, e);
        }
    }
}
