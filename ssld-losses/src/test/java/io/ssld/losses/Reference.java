package io.ssld.losses;

import java.util.function.ToDoubleFunction;

/** The losses once more, by their textbook formulas, in float64 and without an array library. */
final class Reference {

    /** A divergence of two rows of log-probabilities, student first. */
    @FunctionalInterface
    interface Row {
        double of(double[] logP, double[] logQ);
    }

    private Reference() {}

    static double kl(double[] logP, double[] logQ) {
        double sum = 0;
        for (int c = 0; c < logP.length; c++) {
            sum += Math.exp(logQ[c]) * (logQ[c] - logP[c]);
        }
        return sum;
    }

    static double symmetricKl(double[] logP, double[] logQ) {
        return (kl(logP, logQ) + kl(logQ, logP)) / 2;
    }

    static double jensenShannon(double[] logP, double[] logQ) {
        double sum = 0;
        for (int c = 0; c < logP.length; c++) {
            double p = Math.exp(logP[c]);
            double q = Math.exp(logQ[c]);
            double m = (p + q) / 2;
            sum += (p > 0 ? p * Math.log(p / m) : 0) + (q > 0 ? q * Math.log(q / m) : 0);
        }
        return sum / 2;
    }

    static double softCrossEntropy(double[] logP, double[] logQ) {
        double sum = 0;
        for (int c = 0; c < logP.length; c++) {
            sum -= Math.exp(logQ[c]) * logP[c];
        }
        return sum;
    }

    /** Batch mean of T² times the divergence of logits over T. */
    static double mean(Row row, double[][] student, double[][] teacher, double temperature) {
        double sum = 0;
        for (int n = 0; n < student.length; n++) {
            sum += row.of(logSoftmax(student[n], temperature), logSoftmax(teacher[n], temperature));
        }
        return temperature * temperature * sum / student.length;
    }

    /** Mean of −log p[target] over the rows whose target is not negative; 0 without any. */
    static double crossEntropy(double[][] student, int[] targets) {
        double sum = 0;
        int labelled = 0;
        for (int n = 0; n < student.length; n++) {
            if (targets[n] >= 0) {
                sum -= logSoftmax(student[n], 1)[targets[n]];
                labelled++;
            }
        }
        return labelled == 0 ? 0 : sum / labelled;
    }

    /** Central finite differences of {@code f} at {@code x}. */
    static double[][] gradient(ToDoubleFunction<double[][]> f, double[][] x) {
        double step = 1e-4;
        double[][] gradient = new double[x.length][x[0].length];
        for (int n = 0; n < x.length; n++) {
            for (int c = 0; c < x[n].length; c++) {
                double kept = x[n][c];
                x[n][c] = kept + step;
                double above = f.applyAsDouble(x);
                x[n][c] = kept - step;
                double below = f.applyAsDouble(x);
                x[n][c] = kept;
                gradient[n][c] = (above - below) / (2 * step);
            }
        }
        return gradient;
    }

    static double[] logSoftmax(double[] logits, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit / temperature);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit / temperature - max);
        }
        double[] result = new double[logits.length];
        for (int c = 0; c < logits.length; c++) {
            result[c] = logits[c] / temperature - max - Math.log(sum);
        }
        return result;
    }
}
