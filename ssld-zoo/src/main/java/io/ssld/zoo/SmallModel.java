package io.ssld.zoo;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.families.SmallMobileNet;
import io.ssld.zoo.internal.families.SmallMobileNet.Unit;
import io.ssld.zoo.internal.families.SmallResNet;
import io.ssld.zoo.internal.families.SmallResNet.Stage;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntFunction;

/**
 * The built-in networks for small images, made for Fashion-MNIST (28x28) and CIFAR (32x32): a
 * teacher and two students that train on a CPU in minutes.
 *
 * <p>Input: (N, 3, H, W) in float32 with H and W of at least 16; grey images repeat their channel.
 * Output: one unnormalised score (logit) per class, (N, classes). Convolutions begin He-normal, the
 * classifier with standard deviation 0.01 and zero bias; batch normalisation has momentum 0.9 and
 * epsilon 1e-5.
 *
 * <table>
 * <caption>Parameters with 10 classes, without running statistics; multiply-adds of one 28x28 image
 * </caption>
 * <tr><th>constant</th><th>parameters</th><th>running statistics</th><th>multiply-adds</th></tr>
 * <tr><td>{@link #RESNET_X1_0}</td><td>628,330</td><td>1,632</td><td>33.5 M</td></tr>
 * <tr><td>{@link #MOBILENET_X1_0}</td><td>30,258</td><td>1,376</td><td>1.63 M</td></tr>
 * <tr><td>{@link #MOBILENET_X0_6}</td><td>12,266</td><td>832</td><td>0.67 M</td></tr>
 * </table>
 */
public enum SmallModel implements Architecture {

    /**
     * A residual network, the teacher: as large as 1.5 MB in half precision and a CPU allow.
     *
     * <table>
     * <caption>Shapes of one 28x28 image</caption>
     * <tr><th>part</th><th>output</th></tr>
     * <tr><td>stem: 3x3, stride 2</td><td>32 x 14 x 14</td></tr>
     * <tr><td>stage 1: 1 basic block</td><td>32 x 14 x 14</td></tr>
     * <tr><td>stage 2: 2 basic blocks, stride 2</td><td>144 x 7 x 7</td></tr>
     * <tr><td>mean, classifier</td><td>classes</td></tr>
     * </table>
     */
    RESNET_X1_0(
            "SmallResNet_x1_0",
            626_880,
            144,
            new SmallResNet(32, List.of(new Stage(32, 1, 1), new Stage(144, 2, 2)))::newBlock),

    /**
     * Depthwise-separable convolutions, the larger student.
     *
     * <table>
     * <caption>Shapes of one 28x28 image</caption>
     * <tr><th>part</th><th>output</th></tr>
     * <tr><td>stem: 3x3, stride 2</td><td>24 x 14 x 14</td></tr>
     * <tr><td>unit 1</td><td>40 x 14 x 14</td></tr>
     * <tr><td>unit 2, stride 2</td><td>64 x 7 x 7</td></tr>
     * <tr><td>unit 3</td><td>64 x 7 x 7</td></tr>
     * <tr><td>unit 4</td><td>96 x 7 x 7</td></tr>
     * <tr><td>unit 5</td><td>112 x 7 x 7</td></tr>
     * <tr><td>mean, classifier</td><td>classes</td></tr>
     * </table>
     */
    MOBILENET_X1_0(
            "SmallMobileNet_x1_0",
            29_128,
            112,
            new SmallMobileNet(24, units(40, 64, 64, 96, 112))::newBlock),

    /**
     * The smaller student: the widths of {@link #MOBILENET_X1_0} times 0.6, rounded to multiples of
     * 8.
     *
     * <table>
     * <caption>Shapes of one 28x28 image</caption>
     * <tr><th>part</th><th>output</th></tr>
     * <tr><td>stem: 3x3, stride 2</td><td>16 x 14 x 14</td></tr>
     * <tr><td>unit 1</td><td>24 x 14 x 14</td></tr>
     * <tr><td>unit 2, stride 2</td><td>40 x 7 x 7</td></tr>
     * <tr><td>unit 3</td><td>40 x 7 x 7</td></tr>
     * <tr><td>unit 4</td><td>56 x 7 x 7</td></tr>
     * <tr><td>unit 5</td><td>64 x 7 x 7</td></tr>
     * <tr><td>mean, classifier</td><td>classes</td></tr>
     * </table>
     */
    MOBILENET_X0_6(
            "SmallMobileNet_x0_6",
            11_616,
            64,
            new SmallMobileNet(16, units(24, 40, 40, 56, 64))::newBlock);

    /** The side of Fashion-MNIST's images. */
    private static final int SIDE = 28;

    private final String modelName;
    private final long featureParameters;
    private final int featureWidth;

    @SuppressWarnings("ImmutableEnumChecker") // a method of a record of numbers: never changes
    private final IntFunction<Block> network;

    SmallModel(
            String modelName,
            long featureParameters,
            int featureWidth,
            IntFunction<Block> network) {
        this.modelName = modelName;
        this.featureParameters = featureParameters;
        this.featureWidth = featureWidth;
        this.network = network;
    }

    /**
     * Returns the model of a name.
     *
     * @param modelName the name that {@link #modelName()} returns, in upper or lower case
     * @return the model
     * @throws IllegalArgumentException if there is none of that name; the message has the names
     *     that are spelled alike, or all of them
     */
    public static SmallModel of(String modelName) {
        return ModelNames.find(modelName, List.of(values()));
    }

    /**
     * Returns the name for command lines, tables and files, such as {@code SmallResNet_x1_0}.
     *
     * @return the name
     */
    @Override
    public String modelName() {
        return modelName;
    }

    /**
     * Creates the network.
     *
     * @param classes the number of classes, at least 1
     * @return a block that is not initialised
     * @throws IllegalArgumentException if there are no classes
     */
    @Override
    public Block newBlock(int classes) {
        return network.apply(classes);
    }

    /**
     * Returns how many numbers training adjusts; running statistics are not among them.
     *
     * @param classes the number of classes
     * @return the count
     */
    @Override
    public long parameterCount(int classes) {
        return featureParameters + classes * (featureWidth + 1L);
    }

    @Override
    public Block newBlock(int classes, double dropout) {
        if (dropout != 0) {
            throw new IllegalArgumentException(
                    "dropout must be 0 for " + modelName + ", which has none, but was " + dropout);
        }
        return newBlock(classes);
    }

    @Override
    public OptionalDouble dropout() {
        return OptionalDouble.empty();
    }

    /**
     * Returns that of 28x28 images with ImageNet's mean and standard deviation; other sides and
     * statistics do as well.
     */
    @Override
    public Preprocessing preprocessing() {
        return Preprocessing.standard().withCrop(SIDE).withResizeShort(SIDE);
    }

    /** The units of both students: the second halves the image. */
    private static List<Unit> units(int first, int second, int third, int fourth, int fifth) {
        return List.of(
                new Unit(first, 1),
                new Unit(second, 2),
                new Unit(third, 1),
                new Unit(fourth, 1),
                new Unit(fifth, 1));
    }
}
