package io.ssld.zoo.internal.layers;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Plans a network without computing anything.
 *
 * @param visitor receives each child and its input shapes before its output shapes are asked for
 */
record ShapeFlow(BiConsumer<Block, Shape[]> visitor) implements Flow<Shape> {

    private static final int CHANNELS = 1;

    @Override
    public List<Shape> apply(Block child, List<Shape> inputs) {
        Shape[] shapes = inputs.toArray(Shape[]::new);
        visitor.accept(child, shapes);
        return List.of(child.getOutputShapes(shapes));
    }

    @Override
    public Shape add(Shape left, Shape right) {
        return left;
    }

    @Override
    public Shape multiply(Shape left, Shape right) {
        return left;
    }

    @Override
    public Shape concat(List<Shape> parts) {
        long channels = parts.stream().mapToLong(part -> part.get(CHANNELS)).sum();
        return withChannels(parts.get(0), channels);
    }

    @Override
    public List<Shape> split(Shape whole, int parts) {
        return Collections.nCopies(parts, withChannels(whole, whole.get(CHANNELS) / parts));
    }

    @Override
    public void check(Shape value, Consumer<Shape> check) {
        check.accept(value);
    }

    private static Shape withChannels(Shape shape, long channels) {
        long[] sizes = shape.getShape().clone();
        sizes[CHANNELS] = channels;
        return new Shape(sizes);
    }
}
