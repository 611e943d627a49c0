package io.ssld.core.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * How one batch is mixed, as data. A loss with labels is {@code lambda * L(y) + (1 - lambda) *
 * L(y[partners])}.
 *
 * @param lambda the share of its own that each image keeps, 0..1
 * @param batchSize how many images are mixed
 * @param box what is taken from the partner, or nothing if whole images are blended
 */
public record Mix(double lambda, int batchSize, Optional<Box> box) {

    /**
     * A box of whole pixels, possibly empty.
     *
     * @param left the left edge
     * @param top the upper edge
     * @param width the width
     * @param height the height
     */
    public record Box(int left, int top, int width, int height) {}

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if lambda is not in 0..1 or the batch is empty
     */
    public Mix {
        Objects.requireNonNull(box, "box");
        if (!(lambda >= 0 && lambda <= 1)) {
            throw new IllegalArgumentException("lambda must be in 0..1, but was " + lambda);
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException(
                    "batchSize must be at least 1, but was " + batchSize);
        }
    }

    static Mix mixup(double lambda, int batchSize) {
        return new Mix(lambda, batchSize, Optional.empty());
    }

    /** The box may be cut off by the border: lambda follows from what is left of it. */
    static Mix cutmix(Box box, int batchSize, int height, int width) {
        double area = (double) box.width * box.height / ((double) height * width);
        return new Mix(1 - area, batchSize, Optional.of(box));
    }

    /**
     * Returns which image each one is mixed with: the one at the same place from the end, as in
     * timm. The order of a batch is random already; the middle of an odd batch is its own partner.
     *
     * @return N numbers
     */
    public int[] partners() {
        int[] partners = new int[batchSize];
        Arrays.setAll(partners, i -> batchSize - 1 - i);
        return partners;
    }

    /**
     * Mixes a batch.
     *
     * @param inputs {@code (N, C, H, W)}; left as they are
     * @return the mixed inputs, an array of the engine's memory on the manager of {@code inputs}
     * @throws IllegalArgumentException if the inputs are not N images that contain the box
     */
    public NDArray apply(NDArray inputs) {
        Objects.requireNonNull(inputs, "inputs");
        Shape shape = inputs.getShape();
        if (shape.dimension() != 4 || shape.get(0) != batchSize) {
            throw new IllegalArgumentException(
                    "inputs must be " + batchSize + " images (N, C, H, W), but were " + shape);
        }
        NDManager owner = inputs.getManager();
        try (NDManager scratch = owner.newSubManager()) {
            NDArray view = inputs.reshape(shape);
            view.attach(scratch);
            NDArray partner = view.flip(0);
            NDArray mixed;
            if (box.isPresent()) {
                NDArray mask = mask(scratch, box.get(), shape);
                mixed = NDArrays.where(mask.broadcast(shape), partner, view);
            } else {
                mixed = view.mul((float) lambda).add(partner.mul((float) (1 - lambda)));
            }
            mixed.attach(owner);
            return mixed;
        }
    }

    private static NDArray mask(NDManager manager, Box box, Shape shape) {
        int height = Math.toIntExact(shape.get(2));
        int width = Math.toIntExact(shape.get(3));
        if (box.left < 0
                || box.top < 0
                || box.left + box.width > width
                || box.top + box.height > height) {
            throw new IllegalArgumentException(
                    "inputs must contain " + box + ", but were " + shape);
        }
        boolean[] inside = new boolean[height * width];
        for (int y = box.top; y < box.top + box.height; y++) {
            Arrays.fill(inside, y * width + box.left, y * width + box.left + box.width, true);
        }
        return manager.create(inside, new Shape(1, 1, height, width));
    }
}
