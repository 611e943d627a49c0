package io.ssld.zoo.djl;

import ai.djl.ndarray.types.Shape;
import io.ssld.images.internal.Pixels;
import io.ssld.images.view.Interpolation;
import io.ssld.zoo.Architecture;
import io.ssld.zoo.Preprocessing;
import java.util.Arrays;
import java.util.List;
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

    /** The version of a saved model's folder; where it is given, the folder is one of ours. */
    static final String FORMAT = "ssldFormat";

    /** The preprocessing, that of the network unless given; DJL's own words mean its own ways. */
    static final String CROP = "ssldCrop";

    static final String RESIZE_SHORT = "ssldResizeShort";
    static final String INTERPOLATION = "ssldInterpolation";
    static final String MEAN = "ssldMean";
    static final String STD = "ssldStd";

    private final Map<String, ?> arguments;

    SsldArguments(Map<String, ?> arguments) {
        this.arguments = arguments;
    }

    @Nullable String text(String name) {
        Object value = arguments.get(name);
        return value == null ? null : value.toString();
    }

    /** Whether they come from the folder of a {@link SavedModel}. */
    boolean isSavedModel() {
        String version = text(FORMAT);
        if (version != null && !version.equals("1")) {
            throw new IllegalArgumentException(
                    FORMAT + " must be 1, but was " + version + "; use a newer ssld-zoo");
        }
        return version != null;
    }

    /** Whether they say where the weights are; else DJL reads those of the model's folder. */
    boolean nameWeights() {
        return text(WEIGHTS) != null || text(WEIGHTS_FILE) != null;
    }

    Architecture model() {
        String name = text(MODEL);
        if (name == null) {
            throw new IllegalArgumentException(
                    "arguments must have " + MODEL + ", but had " + arguments.keySet());
        }
        return Architecture.of(name);
    }

    int classes() {
        String value = text(CLASSES);
        // JSON turns 10 into 10.0.
        return value == null ? 1000 : whole(CLASSES, value);
    }

    OptionalDouble dropout() {
        String value = text(DROPOUT);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(number(DROPOUT, value));
    }

    /** The network's own preprocessing, but for what is given. */
    Preprocessing preprocessing() {
        Preprocessing own = model().preprocessing();
        String crop = text(CROP);
        if (crop != null) {
            own = own.withCrop(whole(CROP, crop));
        }
        String shorter = text(RESIZE_SHORT);
        if (shorter != null) {
            own = own.withResizeShort(whole(RESIZE_SHORT, shorter));
        }
        return new Preprocessing(
                own.resizeShort(),
                own.crop(),
                interpolation(own.interpolation()),
                numbers(MEAN, own.mean()),
                numbers(STD, own.std()));
    }

    Shape inputShape() {
        int side = preprocessing().crop();
        return new Shape(1, Pixels.CHANNELS, side, side);
    }

    /** The name of an interpolation in a saved folder, which older releases read too. */
    static String name(Interpolation interpolation) {
        return interpolation == Interpolation.PILLOW_BICUBIC ? "PIL_BICUBIC" : interpolation.name();
    }

    private Interpolation interpolation(Interpolation own) {
        String name = text(INTERPOLATION);
        if (name == null) {
            return own;
        }
        for (Interpolation each : Interpolation.values()) {
            if (each.name().equalsIgnoreCase(name) || name(each).equalsIgnoreCase(name)) {
                return each;
            }
        }
        throw new IllegalArgumentException(
                INTERPOLATION
                        + " must be one of %s, but was %s"
                                .formatted(Arrays.toString(Interpolation.values()), name));
    }

    private List<Double> numbers(String name, List<Double> own) {
        String text = text(name);
        return text == null
                ? own
                : Arrays.stream(text.split(",", -1)).map(each -> number(name, each)).toList();
    }

    private static int whole(String name, String value) {
        return (int) Math.round(number(name, value));
    }

    private static double number(String name, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, but was " + value, e);
        }
    }
}
