package io.ssld.cli.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The full data set, from the four files of Debian's package {@code dataset-fashion-mnist} (Xiao,
 * Rasul, Vollgraf, 2017; MIT licence), and how the embedded part of it is chosen.
 */
final class FashionMnist {

    static final List<String> CLASSES =
            List.of(
                    "T-shirt/top",
                    "Trouser",
                    "Pullover",
                    "Dress",
                    "Coat",
                    "Sandal",
                    "Shirt",
                    "Sneaker",
                    "Bag",
                    "Ankle boot");

    /** Fixes which images are embedded; changing it changes the data set. */
    private static final long SEED = 2103_05959L;

    private final byte[][] train;
    private final byte[] trainLabels;
    private final byte[][] test;
    private final byte[] testLabels;

    FashionMnist(byte[][] train, byte[] trainLabels, byte[][] test, byte[] testLabels) {
        this.train = train;
        this.trainLabels = trainLabels;
        this.test = test;
        this.testLabels = testLabels;
    }

    static FashionMnist read(Path folder) throws IOException {
        FashionMnist all =
                new FashionMnist(
                        IdxFile.images(folder.resolve("train-images-idx3-ubyte.gz")),
                        IdxFile.labels(folder.resolve("train-labels-idx1-ubyte.gz")),
                        IdxFile.images(folder.resolve("t10k-images-idx3-ubyte.gz")),
                        IdxFile.labels(folder.resolve("t10k-labels-idx1-ubyte.gz")));
        if (all.train.length != all.trainLabels.length
                || all.test.length != all.testLabels.length) {
            throw new IOException(folder + " must hold one label an image, but the numbers differ");
        }
        return all;
    }

    /** The pixels of a training image, 784 grey bytes. */
    byte[] trainImage(int number) {
        return train[number];
    }

    /** The class of a training image. */
    int trainLabel(int number) {
        return trainLabels[number];
    }

    /** The pixels of a test image, 784 grey bytes. */
    byte[] testImage(int number) {
        return test[number];
    }

    /** The class of a test image. */
    int testLabel(int number) {
        return testLabels[number];
    }

    /**
     * Image numbers of a class-balanced choice and of what remains.
     *
     * @param labelled training images embedded with their labels
     * @param pool training images embedded without
     * @param test test images embedded with their labels
     * @param restOfTrain training images that are not embedded
     * @param restOfTest test images that are not embedded
     */
    record Cut(
            List<Integer> labelled,
            List<Integer> pool,
            List<Integer> test,
            List<Integer> restOfTrain,
            List<Integer> restOfTest) {}

    /**
     * Chooses the same images every time: per class a shuffle with a fixed seed.
     *
     * @param labelledPerClass how many labelled images a class
     * @param poolPerClass how many unlabelled images a class
     * @param testPerClass how many test images a class
     * @return the choice, in ascending order of image numbers
     */
    Cut cut(int labelledPerClass, int poolPerClass, int testPerClass) {
        Cut cut =
                new Cut(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        Random random = new Random(SEED);
        for (int c = 0; c < CLASSES.size(); c++) {
            List<Integer> ofTrain = shuffled(trainLabels, c, random);
            int chosen = labelledPerClass + poolPerClass;
            cut.labelled.addAll(ofTrain.subList(0, labelledPerClass));
            cut.pool.addAll(ofTrain.subList(labelledPerClass, chosen));
            cut.restOfTrain.addAll(ofTrain.subList(chosen, ofTrain.size()));
            List<Integer> ofTest = shuffled(testLabels, c, random);
            cut.test.addAll(ofTest.subList(0, testPerClass));
            cut.restOfTest.addAll(ofTest.subList(testPerClass, ofTest.size()));
        }
        for (List<Integer> part :
                List.of(cut.labelled, cut.pool, cut.test, cut.restOfTrain, cut.restOfTest)) {
            Collections.sort(part);
        }
        return cut;
    }

    private static List<Integer> shuffled(byte[] labels, int wanted, Random random) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == wanted) {
                numbers.add(i);
            }
        }
        Collections.shuffle(numbers, random);
        return numbers;
    }
}
