package io.ssld.zoo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.zip.CRC32;

/**
 * Weights and images that follow from their names: element i of a tensor comes from u in [0, 1),
 * the upper 53 bits of splitmix64((crc32(name) shifted by 32) + i + seed), by a formula for its
 * role.
 */
final class GoldenWeights {

    private final Golden.Values golden;

    GoldenWeights(Golden.Values golden) {
        this.golden = golden;
    }

    /** Returns a tensor of the state in Paddle's order of elements. */
    float[] tensor(Golden.Row row) {
        List<Long> shape = row.shape();
        double fanIn = row.role().equals("linear_weight") ? shape.get(0) : product(shape, 1);
        double bound = Math.sqrt(3.0 / fanIn) * gain(row);
        DoubleUnaryOperator formula =
                switch (row.role()) {
                    case "conv_weight", "linear_weight" -> u -> (2 * u - 1) * bound;
                    case "bn_weight", "bn_variance" -> u -> 0.5 + u;
                    case "bn_bias", "bn_mean" -> u -> (u - 0.5) * 0.2;
                    case "conv_bias", "linear_bias" -> u -> (2 * u - 1) * 0.1;
                    default -> throw new IllegalArgumentException(row.role());
                };
        return generate(row.name(), product(shape, 0), formula);
    }

    /** Returns a batch of images. */
    float[] images(String name, List<Long> shape) {
        return generate(name, product(shape, 0), u -> (2 * u - 1) * 1.5);
    }

    /** Returns the checksum of the values in single precision, little-endian. */
    static void update(CRC32 checksum, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        floats.put(values);
        checksum.update(bytes);
    }

    private double gain(Golden.Row row) {
        if (row.role().equals("conv_weight")) {
            return golden.gains().conv();
        }
        return row.name().equals(golden.classifier()) ? golden.gains().classifier() : 1;
    }

    private static long product(List<Long> shape, int from) {
        return shape.subList(from, shape.size()).stream().reduce(1L, (a, b) -> a * b);
    }

    private float[] generate(String name, long size, DoubleUnaryOperator formula) {
        CRC32 checksum = new CRC32();
        checksum.update(name.getBytes(StandardCharsets.UTF_8));
        long start = (checksum.getValue() << 32) + golden.globalSeed();
        float[] values = new float[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            double u = (splitMix(start + i) >>> 11) * 0x1p-53;
            values[i] = (float) formula.applyAsDouble(u);
        }
        return values;
    }

    private static long splitMix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
