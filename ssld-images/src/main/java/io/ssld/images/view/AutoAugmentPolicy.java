package io.ssld.images.view;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The policies for ImageNet: which pairs of operations, with their probabilities and magnitudes.
 */
public enum AutoAugmentPolicy {
    /** The paper's table 9; posterize keeps 4 to 8 bits. timm: {@code original}. */
    ORIGINAL(Table.ORIGINAL),
    /** The same where posterize grows stronger with its magnitude. timm: {@code originalr}. */
    ORIGINAL_INCREASING(Table.ORIGINAL.replace("posterize-original", "posterize-increasing")),
    /** That of the EfficientNet code; posterize keeps 0 to 4 bits. timm: {@code v0}. */
    V0(Table.V0),
    /** The same where posterize grows stronger with its magnitude. timm: {@code v0r}. */
    V0_INCREASING(Table.V0.replace("posterize", "posterize-increasing"));

    // Lists of lists that nobody can change.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<List<Step>> pairs;

    AutoAugmentPolicy(String table) {
        pairs = table.lines().map(AutoAugmentPolicy::pair).toList();
    }

    /** The pairs, each as likely as the others. */
    List<List<Step>> pairs() {
        return pairs;
    }

    private static List<Step> pair(String line) {
        return Stream.of(line.split(" \\+ ", -1)).map(Step::parse).toList();
    }

    /** One operation of a pair. */
    record Step(PolicyOp op, double probability, double magnitude) {

        private static Step parse(String text) {
            String[] words = text.split(" ", -1);
            String name = words[0].toUpperCase(Locale.ROOT).replace('-', '_');
            return new Step(
                    PolicyOp.valueOf(name),
                    Double.parseDouble(words[1]),
                    Double.parseDouble(words[2]));
        }
    }

    /** Operation, probability, magnitude; a class of its own, to be there before the constants. */
    private static final class Table {

        static final String ORIGINAL =
                """
                posterize-original 0.4 8 + rotate 0.6 9
                solarize 0.6 5 + auto-contrast 0.6 5
                equalize 0.8 8 + equalize 0.6 3
                posterize-original 0.6 7 + posterize-original 0.6 6
                equalize 0.4 7 + solarize 0.2 4
                equalize 0.4 4 + rotate 0.8 8
                solarize 0.6 3 + equalize 0.6 7
                posterize-original 0.8 5 + equalize 1.0 2
                rotate 0.2 3 + solarize 0.6 8
                equalize 0.6 8 + posterize-original 0.4 6
                rotate 0.8 8 + color 0.4 0
                rotate 0.4 9 + equalize 0.6 2
                equalize 0.0 7 + equalize 0.8 8
                invert 0.6 4 + equalize 1.0 8
                color 0.6 4 + contrast 1.0 8
                rotate 0.8 8 + color 1.0 2
                color 0.8 8 + solarize 0.8 7
                sharpness 0.4 7 + invert 0.6 8
                shear-x 0.6 5 + equalize 1.0 9
                color 0.4 0 + equalize 0.6 3
                equalize 0.4 7 + solarize 0.2 4
                solarize 0.6 5 + auto-contrast 0.6 5
                invert 0.6 4 + equalize 1.0 8
                color 0.6 4 + contrast 1.0 8
                equalize 0.8 8 + equalize 0.6 3
                """;

        static final String V0 =
                """
                equalize 0.8 1 + shear-y 0.8 4
                color 0.4 9 + equalize 0.6 3
                color 0.4 1 + rotate 0.6 8
                solarize 0.8 3 + equalize 0.4 7
                solarize 0.4 2 + solarize 0.6 2
                color 0.2 0 + equalize 0.8 8
                equalize 0.4 8 + solarize-add 0.8 3
                shear-x 0.2 9 + rotate 0.6 8
                color 0.6 1 + equalize 1.0 2
                invert 0.4 9 + rotate 0.6 0
                equalize 1.0 9 + shear-y 0.6 3
                color 0.4 7 + equalize 0.6 0
                posterize 0.4 6 + auto-contrast 0.4 7
                solarize 0.6 8 + color 0.6 9
                solarize 0.2 4 + rotate 0.8 9
                rotate 1.0 7 + translate-y 0.8 9
                shear-x 0.0 0 + solarize 0.8 4
                shear-y 0.8 0 + color 0.6 4
                color 1.0 0 + rotate 0.6 2
                equalize 0.8 4 + equalize 0.0 8
                equalize 1.0 4 + auto-contrast 0.6 2
                shear-y 0.4 7 + solarize-add 0.6 7
                posterize 0.8 2 + solarize 0.6 10
                solarize 0.6 8 + equalize 0.6 1
                color 0.8 6 + rotate 0.4 5
                """;
    }
}
