package io.ssld.core.run.internal;

/**
 * A student (linear, batch norm, ReLU, linear) taught by a fixed linear teacher with half the
 * symmetric Kullback-Leibler divergence and momentum SGD: written out in plain Java with doubles,
 * by the formulas alone. It shares no code with what it is compared to.
 */
final class HandWrittenPair {

    private static final double EPS = 1e-5;
    private static final double KEEP = 0.9;

    final double[][] w1;
    final double[] b1;
    final double[] gamma;
    final double[] beta;
    final double[] mean;
    final double[] variance;
    final double[][] w2;
    final double[] b2;
    private final double[][][] velocity;

    HandWrittenPair(
            double[][] w1,
            double[] b1,
            double[] gamma,
            double[] beta,
            double[] mean,
            double[] variance,
            double[][] w2,
            double[] b2) {
        this.w1 = w1;
        this.b1 = b1;
        this.gamma = gamma;
        this.beta = beta;
        this.mean = mean;
        this.variance = variance;
        this.w2 = w2;
        this.b2 = b2;
        velocity = new double[6][][];
        double[][][] all = parameters();
        for (int i = 0; i < all.length; i++) {
            velocity[i] = new double[all[i].length][all[i][0].length];
        }
    }

    /** Views of the parameters, in the order of the gradients. */
    private double[][][] parameters() {
        return new double[][][] {
            w1,
            new double[][] {b1},
            new double[][] {gamma},
            new double[][] {beta},
            w2,
            new double[][] {b2}
        };
    }

    /** One step; returns the loss before it. */
    double step(double[][] x, double[][] teacher, double rate, double momentum, double decay) {
        int n = x.length;
        int hidden = b1.length;
        int classes = b2.length;

        double[][] h = new double[n][hidden];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < hidden; j++) {
                h[i][j] = b1[j] + dot(w1[j], x[i]);
            }
        }
        double[] mu = new double[hidden];
        double[] var = new double[hidden];
        double[][] normed = new double[n][hidden];
        double[][] active = new double[n][hidden];
        for (int j = 0; j < hidden; j++) {
            for (int i = 0; i < n; i++) {
                mu[j] += h[i][j] / n;
            }
            for (int i = 0; i < n; i++) {
                var[j] += (h[i][j] - mu[j]) * (h[i][j] - mu[j]) / n;
            }
            for (int i = 0; i < n; i++) {
                normed[i][j] = (h[i][j] - mu[j]) / Math.sqrt(var[j] + EPS);
                active[i][j] = Math.max(0, gamma[j] * normed[i][j] + beta[j]);
            }
            mean[j] = KEEP * mean[j] + (1 - KEEP) * mu[j];
            variance[j] = KEEP * variance[j] + (1 - KEEP) * var[j] * n / (n - 1);
        }

        double loss = 0;
        double[][] gLogits = new double[n][];
        for (int i = 0; i < n; i++) {
            double[] s = new double[classes];
            for (int c = 0; c < classes; c++) {
                s[c] = b2[c] + dot(w2[c], active[i]);
            }
            double[] lp = logSoftmax(s);
            double[] lq = logSoftmax(teacher[i]);
            // d/ds of 1/2 sum (p - q)(lp - lq): through p and through lp.
            double inner = 0;
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(lp[c]);
                double q = Math.exp(lq[c]);
                loss += 0.5 * (p - q) * (lp[c] - lq[c]) / n;
                inner += p * (lp[c] - lq[c]);
            }
            gLogits[i] = new double[classes];
            for (int c = 0; c < classes; c++) {
                double p = Math.exp(lp[c]);
                double q = Math.exp(lq[c]);
                gLogits[i][c] = 0.5 * (p * (lp[c] - lq[c] - inner) + p - q) / n;
            }
        }

        double[][] gW2 = new double[classes][hidden];
        double[] gB2 = new double[classes];
        double[][] gNormed = new double[n][hidden];
        double[] gGamma = new double[hidden];
        double[] gBeta = new double[hidden];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < classes; c++) {
                gB2[c] += gLogits[i][c];
                for (int j = 0; j < hidden; j++) {
                    gW2[c][j] += gLogits[i][c] * active[i][j];
                }
            }
            for (int j = 0; j < hidden; j++) {
                double g = 0;
                for (int c = 0; c < classes; c++) {
                    g += gLogits[i][c] * w2[c][j];
                }
                g = active[i][j] > 0 ? g : 0;
                gGamma[j] += g * normed[i][j];
                gBeta[j] += g;
                gNormed[i][j] = g * gamma[j];
            }
        }
        double[][] gW1 = new double[hidden][x[0].length];
        double[] gB1 = new double[hidden];
        for (int j = 0; j < hidden; j++) {
            double sum = 0;
            double sumNormed = 0;
            for (int i = 0; i < n; i++) {
                sum += gNormed[i][j];
                sumNormed += gNormed[i][j] * normed[i][j];
            }
            for (int i = 0; i < n; i++) {
                double g =
                        (gNormed[i][j] - sum / n - normed[i][j] * sumNormed / n)
                                / Math.sqrt(var[j] + EPS);
                gB1[j] += g;
                for (int k = 0; k < x[0].length; k++) {
                    gW1[j][k] += g * x[i][k];
                }
            }
        }

        double[][][] gradients = {
            gW1,
            new double[][] {gB1},
            new double[][] {gGamma},
            new double[][] {gBeta},
            gW2,
            new double[][] {gB2}
        };
        double[][][] parameters = parameters();
        for (int p = 0; p < parameters.length; p++) {
            for (int a = 0; a < parameters[p].length; a++) {
                for (int b = 0; b < parameters[p][a].length; b++) {
                    velocity[p][a][b] =
                            momentum * velocity[p][a][b]
                                    + gradients[p][a][b]
                                    + decay * parameters[p][a][b];
                    parameters[p][a][b] -= rate * velocity[p][a][b];
                }
            }
        }
        return loss;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] logSoftmax(double[] x) {
        double max = Double.NEGATIVE_INFINITY;
        for (double v : x) {
            max = Math.max(max, v);
        }
        double sum = 0;
        for (double v : x) {
            sum += Math.exp(v - max);
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = x[i] - max - Math.log(sum);
        }
        return result;
    }
}
