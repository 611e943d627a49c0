package io.ssld.core.run.internal;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.dataset.ArrayDataset;
import java.util.Random;

/** Small networks and tables that learn in milliseconds. */
public final class Fixtures {

    public static final int FEATURES = 6;
    public static final int CLASSES = 3;

    private Fixtures() {}

    /** Linear, batch norm, ReLU, linear. */
    public static SequentialBlock mlp(int classes) {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(BatchNorm.builder().build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(classes).build());
    }

    /** As {@link #mlp}, without batch norm: what a batch does to it is the sum of its examples. */
    public static SequentialBlock plain() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::relu)
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    /** As {@link #mlp}, with dropout before the classifier. */
    public static SequentialBlock mlpWithDropout() {
        return new SequentialBlock()
                .add(Linear.builder().setUnits(8).build())
                .add(Activation::relu)
                .add(Dropout.builder().optRate(0.5f).build())
                .add(Linear.builder().setUnits(CLASSES).build());
    }

    /** A model with an initialised block. */
    public static Model model(String name, Block block, int seed) {
        Model model = Model.newInstance(name, "PyTorch");
        model.setBlock(block);
        model.getNDManager().getEngine().setRandomSeed(seed);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, FEATURES));
        return model;
    }

    /** Random features; the label tells which of the first three is largest. */
    public static float[][] features(int rows, long seed) {
        Random random = new Random(seed);
        float[][] table = new float[rows][FEATURES];
        for (float[] row : table) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return table;
    }

    public static int[] labels(float[][] features) {
        int[] labels = new int[features.length];
        for (int i = 0; i < labels.length; i++) {
            for (int c = 1; c < CLASSES; c++) {
                if (features[i][c] > features[i][labels[i]]) {
                    labels[i] = c;
                }
            }
        }
        return labels;
    }

    /** A labelled table in order. */
    public static ArrayDataset table(NDManager manager, int rows, int batch, long seed) {
        float[][] features = features(rows, seed);
        return new ArrayDataset.Builder()
                .setData(manager.create(features))
                .optLabels(manager.create(labels(features)))
                .setSampling(batch, false)
                .build();
    }

    /** A table without labels, in order. */
    public static ArrayDataset unlabelled(NDManager manager, int rows, int batch, long seed) {
        return new ArrayDataset.Builder()
                .setData(manager.create(features(rows, seed)))
                .setSampling(batch, false)
                .build();
    }
}
