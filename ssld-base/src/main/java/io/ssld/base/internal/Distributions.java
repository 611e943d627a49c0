package io.ssld.base.internal;

/**
 * Numbers that are not uniform, from a {@link CounterRandom}.
 *
 * <p>{@link StrictMath} throughout: a draw must be the same on every platform, and {@code Math} may
 * differ in the last bit.
 */
public final class Distributions {

    private Distributions() {}

    /** A standard normal number, by Box and Muller; always takes two numbers of the generator. */
    public static double normal(CounterRandom random) {
        // 1 - u lies in (0, 1], whose logarithm is finite.
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    /**
     * A number of Beta(alpha, alpha), in 0..1: the share of one of two gamma numbers.
     *
     * <p>Their logarithms are taken, because of a small alpha both of them are too small for a
     * {@code double}.
     *
     * @param alpha above 0; 1 is uniform, below it the ends are favoured, above it the middle
     */
    public static double beta(CounterRandom random, double alpha) {
        double first = logGamma(random, alpha);
        double second = logGamma(random, alpha);
        return 1 / (1 + StrictMath.exp(second - first));
    }

    /**
     * The logarithm of a Gamma(alpha, 1) number, by Marsaglia and Tsang ("A simple method for
     * generating gamma variables", 2000), with their step from alpha + 1 for an alpha below 1.
     */
    private static double logGamma(CounterRandom random, double alpha) {
        if (alpha < 1) {
            double log = logGamma(random, alpha + 1);
            return log + StrictMath.log(1 - random.nextDouble()) / alpha;
        }
        double d = alpha - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = normal(random);
            double root = 1 + c * x;
            double u = 1 - random.nextDouble();
            if (root > 0) {
                double v = root * root * root;
                if (StrictMath.log(u) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
                    return StrictMath.log(d * v);
                }
            }
        }
    }
}
