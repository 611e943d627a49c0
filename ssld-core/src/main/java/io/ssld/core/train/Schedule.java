package io.ssld.core.train;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The shape of the learning rate after the warm-up, as data. All shapes change per step, not per
 * epoch.
 *
 * <p>Let r be the highest rate, f what is left at the end as a share of it, and x = (step − warmup)
 * / (total − warmup), from 0 to 1 over the steps after the warm-up. During the warm-up, which all
 * shapes share, the rate is r · step / warmup; so the first step of a run with warm-up has rate 0,
 * as in Paddle. Epochs of a shape count from the end of the warm-up too, as Paddle's {@code
 * LinearWarmup} and PyTorch's {@code SequentialLR} count them.
 */
public sealed interface Schedule {

    /**
     * Returns the rate at a step after the warm-up as a share of the highest.
     *
     * @param step the steps since the warm-up, 0 or more
     * @param total the steps that the run has after the warm-up, at least 1
     * @param stepsPerEpoch the steps of an epoch, at least 1
     * @return the share, from 0 to 1
     */
    double share(long step, long total, long stepsPerEpoch);

    /**
     * Returns this shape as {@link Recipe#toMap} writes it.
     *
     * @return a new map: {@code kind}, which tells the type, and its settings in order
     */
    Map<String, Object> toMap();

    /**
     * Returns the rate of every step of a run.
     *
     * @param highest r, positive
     * @param warmup the steps of linear warm-up, 0 or more
     * @param total all steps, more than {@code warmup}
     * @param stepsPerEpoch the steps of an epoch, at least 1
     * @return the rate by step
     * @throws IllegalArgumentException if a number is out of its range
     */
    default LearningRate of(double highest, long warmup, long total, long stepsPerEpoch) {
        if (!(highest > 0) || Double.isInfinite(highest)) {
            throw new IllegalArgumentException(
                    "learning rate must be positive and finite, but was " + highest);
        }
        if (warmup < 0 || total <= warmup) {
            throw new IllegalArgumentException(
                    "warm-up must be at least 0 and shorter than the run, but was "
                            + warmup
                            + " of "
                            + total
                            + " steps; lower the warm-up or train for longer");
        }
        return step ->
                step < warmup
                        ? highest * step / warmup
                        : highest * share(step - warmup, total - warmup, stepsPerEpoch);
    }

    /**
     * The highest rate to the end.
     *
     * <pre>r</pre>
     */
    record Constant() implements Schedule {
        @Override
        public double share(long step, long total, long stepsPerEpoch) {
            return 1;
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("constant");
        }
    }

    /**
     * Half a cosine, as in every recipe of SSLD.
     *
     * <pre>r · (f + (1 − f) · ½ (1 + cos πx))</pre>
     *
     * @param floor f, 0 to less than 1
     */
    record Cosine(double floor) implements Schedule {

        /** Checks the floor. */
        public Cosine {
            Shapes.requireFloor(floor);
        }

        @Override
        public double share(long step, long total, long stepsPerEpoch) {
            double x = Shapes.progress(step, total);
            return floor + (1 - floor) * (1 + Math.cos(Math.PI * x)) / 2;
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("cosine", "floor", floor);
        }
    }

    /**
     * A power of what is left of the run; power 1 is a straight line.
     *
     * <pre>r · (f + (1 − f) · (1 − x)ᵖ)</pre>
     *
     * @param power p, positive and finite
     * @param floor f, 0 to less than 1
     */
    record Polynomial(double power, double floor) implements Schedule {

        /** Checks the numbers. */
        public Polynomial {
            if (!(power > 0 && power < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "power must be positive and finite, but was " + power);
            }
            Shapes.requireFloor(floor);
        }

        @Override
        public double share(long step, long total, long stepsPerEpoch) {
            return floor + (1 - floor) * Math.pow(1 - Shapes.progress(step, total), power);
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("polynomial", "power", power, "floor", floor);
        }
    }

    /**
     * Multiplied by a factor every so many epochs.
     *
     * <pre>r · factor^⌊epochs since the warm-up / every⌋</pre>
     *
     * @param every epochs between two drops, positive; parts of an epoch are allowed
     * @param factor above 0 to less than 1
     */
    record Step(double every, double factor) implements Schedule {

        /** Checks the numbers. */
        public Step {
            if (!(every > 0 && every < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "every must be positive and finite, but was " + every);
            }
            Shapes.requireFactor(factor);
        }

        @Override
        public double share(long step, long total, long stepsPerEpoch) {
            long length = Math.max(1, Math.round(every * stepsPerEpoch));
            long drops = step / length;
            return Math.pow(factor, (double) drops);
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("step", "every", every, "factor", factor);
        }
    }

    /**
     * Multiplied by a factor at each milestone.
     *
     * <pre>r · factor^(milestones reached)</pre>
     *
     * @param milestones epochs since the warm-up, positive and rising, at least one
     * @param factor above 0 to less than 1
     */
    record MultiStep(List<Double> milestones, double factor) implements Schedule {

        /** Checks the numbers. */
        public MultiStep {
            Objects.requireNonNull(milestones, "milestones");
            milestones = List.copyOf(milestones);
            double previous = 0;
            boolean rising = !milestones.isEmpty();
            for (double milestone : milestones) {
                rising &= milestone > previous && milestone < Double.POSITIVE_INFINITY;
                previous = milestone;
            }
            if (!rising) {
                throw new IllegalArgumentException(
                        "milestones must be positive and rising epochs, but was " + milestones);
            }
            Shapes.requireFactor(factor);
        }

        @Override
        public double share(long step, long total, long stepsPerEpoch) {
            long reached =
                    milestones.stream()
                            .filter(epoch -> step >= Math.round(epoch * stepsPerEpoch))
                            .count();
            return Math.pow(factor, (double) reached);
        }

        @Override
        public Map<String, Object> toMap() {
            return RecipeParts.map("multistep", "milestones", milestones, "factor", factor);
        }
    }

    /**
     * Returns a cosine to 0.
     *
     * @return the shape
     */
    static Cosine cosine() {
        return new Cosine(0);
    }

    /**
     * Returns a straight line to 0.
     *
     * @return the shape
     */
    static Polynomial linear() {
        return new Polynomial(1, 0);
    }
}
