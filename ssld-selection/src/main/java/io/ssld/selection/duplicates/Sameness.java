package io.ssld.selection.duplicates;

import io.ssld.selection.duplicates.LaidPictures.Block;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whether two pictures that agree in most places agree where there is something to see, too: one
 * form filled in by two people is no copy, nor is one shirt in two colours.
 *
 * <p>Light and contrast are taken out first, by the blocks whose details correlate. Of the blocks
 * with something to see, those are counted whose details then correlate by less than 0.6. Writing
 * over a picture adds something to one of the two; other content replaces something. So what either
 * picture alone has counts as the smaller of the two, and blocks where both have something else
 * count 0.3, for what is written over texture looks like that. Above 0.035 of all it is another
 * picture, and also if less than a third of all that is to be seen is in both.
 *
 * <p>Of the other blocks, colours must be within 20 levels of 255, but in a twentieth of the
 * blocks, and luma in a tenth.
 */
final class Sameness {

    /** What the two pictures are to one another. */
    enum Answer {
        SAME,
        DIFFERENT,
        /** The same, but one is grey: a grey copy, or a thing of another colour. */
        WITHOUT_COLORS
    }

    /** Fewer blocks say nothing against two pictures. */
    private static final int MIN_BLOCKS = 8;

    private static final double CORRELATED = 0.6;
    private static final double SURELY_CORRELATED = 0.8;

    /** Half of what is in either picture is to be seen if it is so strong, in levels. */
    private static final double FAINTEST = 2;

    private static final double CLEAR = 8;

    /** The details' difference is as strong as what is just to be seen, times this. */
    private static final double OTHER = 1.5;

    /** What is so much weaker than the other picture's may be hidden by it. */
    private static final double HIDDEN = 0.6;

    private static final double BOTH = 0.3;
    private static final double REPLACED = 0.035;
    private static final double ADDED = 2 / 3.0;

    private static final double LEVELS = 20;
    private static final double COLORED = 0.05;

    /** Of images of a few pixels, whose colours a JPEG smears. */
    private static final double COLORED_SMALL = 0.25;

    private static final double LIT = 0.1;

    /** Deviation of the blocks' luma, in levels, from which there is any shade. */
    private static final double SHADED = 3;

    /** A ground of paper, and how much of a picture has to be it. */
    private static final double WHITE = 248;

    private static final double GROUND = 0.1;

    /** Less of the contrast than this is left of what looks faded. */
    private static final double USUAL = 0.8;

    /** Levels within which two pictures of one colour are of the same. */
    private static final double ONE_COLOR = 4;

    private final List<Block> blocks;
    private final double gain;

    /** Those whose details agree, or all if there are few. */
    private final List<Block> reliable;

    private final double visible;

    private Sameness(List<Block> blocks) {
        this.blocks = blocks;
        List<Block> good =
                blocks.stream()
                        .filter(b -> Math.max(b.xx(), b.yy()) > 6)
                        .filter(b -> correlation(b.xx(), b.yy(), b.xy()) >= SURELY_CORRELATED)
                        .toList();
        boolean enough = good.size() >= 5;
        reliable = enough ? good : blocks;
        double contrast = enough ? median(good, b -> Math.sqrt(b.yy() / b.xx())) : slope(blocks);
        gain = bounded(contrast);
        double[] strengths = blocks.stream().mapToDouble(this::strength).sorted().toArray();
        int first = Arrays.binarySearch(strengths, 1.5);
        first = first < 0 ? -first - 1 : first;
        visible =
                first == strengths.length
                        ? FAINTEST
                        : Math.max(
                                FAINTEST,
                                Math.min(
                                        CLEAR,
                                        strengths[first + (strengths.length - first) * 9 / 10]
                                                / 4));
    }

    /**
     * Compares two pictures, one laid over the other.
     *
     * @param blocks of both
     * @param small whether the images have so few pixels that details mean nothing
     * @param smeared whether they have so few that a JPEG's blocks smear their colours
     */
    static Answer of(List<Block> blocks, boolean small, boolean smeared) {
        if (blocks.size() < MIN_BLOCKS) {
            return Answer.SAME;
        }
        Sameness found = new Sameness(blocks);
        if (found.isPlain()) {
            return found.isOfOneColor() ? Answer.SAME : Answer.DIFFERENT;
        }
        if (!small && found.hasOtherDetails()) {
            return Answer.DIFFERENT;
        }
        return found.colors(small ? COLORED_SMALL : COLORED, smeared);
    }

    /**
     * Tells whether all of an image is of one colour.
     *
     * @return its mean colour, or null if it is not
     */
    static float @Nullable [] oneColor(Picture picture) {
        byte[] rgb = picture.pixels().rgb();
        double[] sums = new double[3];
        for (int i = 0; i < rgb.length; i++) {
            sums[i % 3] += rgb[i] & 0xFF;
        }
        float[] mean = new float[3];
        for (int c = 0; c < 3; c++) {
            mean[c] = (float) (3 * sums[c] / rgb.length);
        }
        for (int i = 0; i < rgb.length; i++) {
            if (Math.abs((rgb[i] & 0xFF) - mean[i % 3]) > 3 * ONE_COLOR) {
                return null;
            }
        }
        return mean;
    }

    /** Whether two colours are the same, but for a compression. */
    static boolean isSame(float[] color, float[] other) {
        boolean same = true;
        for (int c = 0; c < color.length; c++) {
            same &= Math.abs(color[c] - other[c]) <= ONE_COLOR;
        }
        return same;
    }

    private static double correlation(double xx, double yy, double xy) {
        return xy / Math.sqrt((xx + 2) * (yy + 2));
    }

    private double correlation(Block block) {
        return correlation(gain * gain * block.xx(), block.yy(), gain * block.xy());
    }

    private double strength(Block block) {
        return Math.max(gain * Math.sqrt(block.xx()), Math.sqrt(block.yy()));
    }

    private boolean isVisible(Block block) {
        return strength(block) >= visible;
    }

    /** Nothing to see in either, and no shade: their light cannot be taken out. */
    private boolean isPlain() {
        return blocks.stream().noneMatch(this::isVisible)
                && deviation(b -> b.first()[0]) < SHADED
                && deviation(b -> b.second()[0]) < SHADED;
    }

    /** Of the second picture's means over the first one's; 1 if either has no shade. */
    private static double slope(List<Block> blocks) {
        double x = mean(blocks, b -> b.first()[0]);
        double y = mean(blocks, b -> b.second()[0]);
        double xx = mean(blocks, b -> Math.pow(b.first()[0] - x, 2));
        double yy = mean(blocks, b -> Math.pow(b.second()[0] - y, 2));
        double xy = mean(blocks, b -> (b.first()[0] - x) * (b.second()[0] - y));
        return Math.min(xx, yy) < SHADED * SHADED ? 1 : xy / xx;
    }

    private static double mean(List<Block> blocks, ToDoubleFunction<Block> value) {
        return blocks.stream().mapToDouble(value).average().orElse(0);
    }

    private boolean isOfOneColor() {
        boolean same = true;
        for (int plane = 0; plane < 3; plane++) {
            int at = plane;
            same &= Math.abs(median(blocks, b -> b.second()[at] - b.first()[at])) <= ONE_COLOR;
        }
        return same;
    }

    private double deviation(ToDoubleFunction<Block> value) {
        double mean = mean(blocks, value);
        return Math.sqrt(mean(blocks, b -> Math.pow(value.applyAsDouble(b) - mean, 2)));
    }

    private boolean hasOtherDetails() {
        int seen = 0;
        int first = 0;
        int second = 0;
        int both = 0;
        double least = OTHER * visible;
        for (Block block : blocks) {
            if (!isVisible(block)) {
                continue;
            }
            seen++;
            double x = gain * Math.sqrt(block.xx());
            double y = Math.sqrt(block.yy());
            double rest = x * x + y * y - 2 * gain * block.xy();
            if (correlation(block) >= CORRELATED || rest < least * least) {
                continue;
            }
            if (Math.min(x, y) >= visible && Math.min(x, y) > HIDDEN * Math.max(x, y)) {
                both++;
            } else if (x > y) {
                first++;
            } else {
                second++;
            }
        }
        double replaced = Math.min(first, second) + BOTH * both;
        return replaced > REPLACED * seen || first + second + both > ADDED * seen;
    }

    /**
     * Compares colours and light where the details agree. Contrast is that of the blocks' light
     * here: a copy that was made smaller has weaker details, which would look like less contrast.
     * What a JPEG smears is redder here and greener there; another colour is so everywhere.
     */
    private Answer colors(double most, boolean smeared) {
        double contrast = bounded(slope(reliable));
        double offset = median(reliable, b -> b.second()[0] - contrast * b.first()[0]);
        if (leavesWhite(contrast, offset)) {
            return Answer.DIFFERENT;
        }
        int colored = 0;
        int lit = 0;
        double redder = 0;
        double yellower = 0;
        double strongestFirst = 0;
        double strongestSecond = 0;
        for (Block block : blocks) {
            float[] a = block.first();
            float[] b = block.second();
            strongestFirst = Math.max(strongestFirst, contrast * Math.hypot(a[1], a[2]));
            strongestSecond = Math.max(strongestSecond, Math.hypot(b[1], b[2]));
            if (isVisible(block) && correlation(block) < CORRELATED) {
                continue;
            }
            double red = contrast * a[1] - b[1];
            double yellow = contrast * a[2] - b[2];
            if (Math.hypot(red, yellow) > LEVELS) {
                colored++;
                redder += red;
                yellower += yellow;
            }
            lit += Math.abs(contrast * a[0] + offset - b[0]) > LEVELS ? 1 : 0;
        }
        boolean cancels = smeared && Math.hypot(redder, yellower) <= LEVELS * colored;
        if (colored > most * blocks.size() && !cancels) {
            boolean grey = Math.min(strongestFirst, strongestSecond) < ONE_COLOR;
            return grey ? Answer.WITHOUT_COLORS : Answer.DIFFERENT;
        }
        return lit > Math.max(LIT, most) * blocks.size() ? Answer.DIFFERENT : Answer.SAME;
    }

    /**
     * Whether all but a white ground would have another contrast: not what a change of light does,
     * but a dark thing and a light one on white.
     */
    private boolean leavesWhite(double contrast, double offset) {
        boolean changes = contrast < USUAL || contrast > 1 / USUAL;
        if (!changes || Math.abs(contrast * WHITE + offset - WHITE) > LEVELS) {
            return false;
        }
        long white =
                blocks.stream().filter(b -> Math.min(b.first()[0], b.second()[0]) >= WHITE).count();
        return white >= GROUND * blocks.size();
    }

    private static double bounded(double contrast) {
        return Math.max(0.3, Math.min(3, contrast));
    }

    private static double median(List<Block> blocks, ToDoubleFunction<Block> value) {
        List<Double> values = new ArrayList<>();
        blocks.forEach(block -> values.add(value.applyAsDouble(block)));
        values.sort(Double::compare);
        return values.get(values.size() / 2);
    }
}
