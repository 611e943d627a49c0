package io.ssld.zoo;

import ai.djl.nn.Block;
import io.ssld.zoo.internal.families.GhostNet;
import io.ssld.zoo.internal.families.HrNet;
import io.ssld.zoo.internal.families.MobileNetV1;
import io.ssld.zoo.internal.families.MobileNetV2;
import io.ssld.zoo.internal.families.MobileNetV3;
import io.ssld.zoo.internal.families.Network;
import io.ssld.zoo.internal.families.PpHgNet;
import io.ssld.zoo.internal.families.PpLcNet;
import io.ssld.zoo.internal.families.PpLcNetV2;
import io.ssld.zoo.internal.families.Res2NetVd;
import io.ssld.zoo.internal.families.ResNetVd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The 23 published SSLD networks, as PaddleClas defines them.
 *
 * <p>Input: (N, 3, H, W) in float32, 224x224 as published, any size of some 32 pixels or more
 * otherwise; the HRNets take sides that leave 29, 30, 31 or 0 when divided by 32 only. Output: one
 * unnormalised score (logit) per class, (N, classes).
 *
 * <p>Parts are called as in the original, so that weights move in both directions: see {@link
 * io.ssld.weights.PaddleNames}. First weights are drawn as in the original too; batch normalisation
 * has momentum 0.9 and epsilon 1e-5 everywhere.
 *
 * <table>
 * <caption>Parameters with 1000 classes, without running statistics</caption>
 * <tr><th>constant</th><th>parameters</th></tr>
 * <tr><td>{@link #PPLCNETV2_BASE}</td><td>6,800,360</td></tr>
 * <tr><td>{@link #PPLCNET_X2_5}</td><td>9,017,560</td></tr>
 * <tr><td>{@link #PPLCNET_X1_0}</td><td>2,952,520</td></tr>
 * <tr><td>{@link #PPLCNET_X0_5}</td><td>1,879,576</td></tr>
 * <tr><td>{@link #PPLCNET_X0_25}</td><td>1,521,184</td></tr>
 * <tr><td>{@link #MOBILENETV1}</td><td>4,231,976</td></tr>
 * <tr><td>{@link #MOBILENETV2}</td><td>3,505,960</td></tr>
 * <tr><td>{@link #MOBILENETV3_LARGE_X1_0}</td><td>5,480,206</td></tr>
 * <tr><td>{@link #MOBILENETV3_SMALL_X1_0}</td><td>2,939,958</td></tr>
 * <tr><td>{@link #MOBILENETV3_SMALL_X0_35}</td><td>1,665,954</td></tr>
 * <tr><td>{@link #GHOSTNET_X1_3}</td><td>7,352,622</td></tr>
 * <tr><td>{@link #PPHGNET_BASE}</td><td>71,578,184</td></tr>
 * <tr><td>{@link #PPHGNET_SMALL}</td><td>24,360,872</td></tr>
 * <tr><td>{@link #PPHGNET_TINY}</td><td>14,735,864</td></tr>
 * <tr><td>{@link #RESNET50_VD}</td><td>25,576,264</td></tr>
 * <tr><td>{@link #RESNET101_VD}</td><td>44,568,392</td></tr>
 * <tr><td>{@link #RESNET34_VD}</td><td>21,821,128</td></tr>
 * <tr><td>{@link #RES2NET50_VD_26W_4S}</td><td>25,718,352</td></tr>
 * <tr><td>{@link #RES2NET101_VD_26W_4S}</td><td>45,225,920</td></tr>
 * <tr><td>{@link #RES2NET200_VD_26W_4S}</td><td>76,215,536</td></tr>
 * <tr><td>{@link #HRNET_W18_C}</td><td>21,295,164</td></tr>
 * <tr><td>{@link #HRNET_W48_C}</td><td>77,466,024</td></tr>
 * <tr><td>{@link #SE_HRNET_W64_C}</td><td>128,991,264</td></tr>
 * </table>
 */
public enum SsldModel implements Architecture {

    /** PP-LCNetV2. */
    PPLCNETV2_BASE("PPLCNetV2_base", 6_800_360, new PpLcNetV2()),

    /** PP-LCNet, widths times 2.5. */
    PPLCNET_X2_5("PPLCNet_x2_5", 9_017_560, new PpLcNet(2.5)),

    /** PP-LCNet. */
    PPLCNET_X1_0("PPLCNet_x1_0", 2_952_520, new PpLcNet(1)),

    /** PP-LCNet, widths times 0.5. */
    PPLCNET_X0_5("PPLCNet_x0_5", 1_879_576, new PpLcNet(0.5)),

    /** PP-LCNet, widths times 0.25. */
    PPLCNET_X0_25("PPLCNet_x0_25", 1_521_184, new PpLcNet(0.25)),

    /** MobileNet. */
    MOBILENETV1("MobileNetV1", 4_231_976, new MobileNetV1()),

    /** MobileNetV2. */
    MOBILENETV2("MobileNetV2", 3_505_960, new MobileNetV2()),

    /** MobileNetV3, large. */
    MOBILENETV3_LARGE_X1_0(
            "MobileNetV3_large_x1_0", 5_480_206, new MobileNetV3(MobileNetV3.LARGE, 960, 1)),

    /** MobileNetV3, small. */
    MOBILENETV3_SMALL_X1_0(
            "MobileNetV3_small_x1_0", 2_939_958, new MobileNetV3(MobileNetV3.SMALL, 576, 1)),

    /** MobileNetV3, small, widths times 0.35. */
    MOBILENETV3_SMALL_X0_35(
            "MobileNetV3_small_x0_35", 1_665_954, new MobileNetV3(MobileNetV3.SMALL, 576, 0.35)),

    /** GhostNet, widths times 1.3. */
    GHOSTNET_X1_3("GhostNet_x1_3", 7_352_622, new GhostNet(1.3)),

    /** PP-HGNet, the largest. */
    PPHGNET_BASE(
            "PPHGNet_base", 71_578_184, new PpHgNet(List.of(96, 96, 160), 7, PpHgNet.BASE, 0.2)),

    /** PP-HGNet, small. */
    PPHGNET_SMALL(
            "PPHGNet_small", 24_360_872, new PpHgNet(List.of(64, 64, 128), 6, PpHgNet.SMALL, 0)),

    /** PP-HGNet, tiny. */
    PPHGNET_TINY("PPHGNet_tiny", 14_735_864, new PpHgNet(List.of(48, 48, 96), 5, PpHgNet.TINY, 0)),

    /** ResNet-D with 50 layers. */
    RESNET50_VD("ResNet50_vd", 25_576_264, new ResNetVd(true, List.of(3, 4, 6, 3))),

    /** ResNet-D with 101 layers. */
    RESNET101_VD("ResNet101_vd", 44_568_392, new ResNetVd(true, List.of(3, 4, 23, 3))),

    /** ResNet-D with 34 layers. */
    RESNET34_VD("ResNet34_vd", 21_821_128, new ResNetVd(false, List.of(3, 4, 6, 3))),

    /** Res2Net-D with 50 layers. */
    RES2NET50_VD_26W_4S("Res2Net50_vd_26w_4s", 25_718_352, new Res2NetVd(List.of(3, 4, 6, 3))),

    /** Res2Net-D with 101 layers. */
    RES2NET101_VD_26W_4S("Res2Net101_vd_26w_4s", 45_225_920, new Res2NetVd(List.of(3, 4, 23, 3))),

    /** Res2Net-D with 200 layers. */
    RES2NET200_VD_26W_4S("Res2Net200_vd_26w_4s", 76_215_536, new Res2NetVd(List.of(3, 12, 48, 3))),

    /** HRNet, first branch 18 wide. */
    HRNET_W18_C("HRNet_W18_C", 21_295_164, new HrNet(18, false)),

    /** HRNet, first branch 48 wide. */
    HRNET_W48_C("HRNet_W48_C", 77_466_024, new HrNet(48, false)),

    /** HRNet with squeeze-and-excitation, first branch 64 wide. */
    SE_HRNET_W64_C("SE_HRNet_W64_C", 128_991_264, new HrNet(64, true));

    private static final int PUBLISHED_CLASSES = 1000;

    private final String modelName;
    private final long publishedParameters;

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    private final Network network;

    SsldModel(String modelName, long publishedParameters, Network network) {
        this.modelName = modelName;
        this.publishedParameters = publishedParameters;
        this.network = network;
    }

    /**
     * Returns the model of a name.
     *
     * @param modelName the name that {@link #modelName()} returns, in upper or lower case, or that
     *     of its SSLD weights, {@code NAME_ssld} or {@code NAME_ssld_pretrained}, as PaddleClas
     *     calls them; weights are chosen where they are loaded
     * @return the model
     * @throws IllegalArgumentException if there is none of that name; the message has the names
     *     that are spelled alike, or all of them
     */
    public static SsldModel of(String modelName) {
        return ModelNames.find(modelName, List.of(values()));
    }

    /**
     * Returns the published name, such as {@code ResNet50_vd}.
     *
     * @return the name
     */
    @Override
    public String modelName() {
        return modelName;
    }

    /**
     * Creates the network with the published dropout.
     *
     * @param classes the number of classes, at least 1
     * @return a block that is not initialised
     * @throws IllegalArgumentException if there are no classes
     */
    @Override
    public Block newBlock(int classes) {
        return network.newBlock(classes, network.dropout().orElse(0));
    }

    /**
     * Creates the network with a dropout of its own.
     *
     * <p>All networks with dropout but GhostNet scale what follows it by 1 - dropout at inference:
     * weights that were trained with one value, 0 included, belong to that value.
     *
     * @param classes the number of classes, at least 1
     * @param dropout the probability that training sets an input of the classifier to zero, at
     *     least 0 and less than 1
     * @return a block that is not initialised
     * @throws IllegalArgumentException if there are no classes, if the dropout is out of range, or
     *     if it is not 0 and the network has none
     */
    @Override
    public Block newBlock(int classes, double dropout) {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "dropout must be at least 0 and less than 1, but was " + dropout);
        }
        if (dropout > 0 && network.dropout().isEmpty()) {
            throw new IllegalArgumentException(
                    "dropout must be 0 for " + modelName + ", which has none, but was " + dropout);
        }
        return network.newBlock(classes, dropout);
    }

    /**
     * Returns the published probability of dropout before the classifier.
     *
     * @return the probability, empty for a network without dropout
     */
    @Override
    public OptionalDouble dropout() {
        return network.dropout();
    }

    /**
     * Returns the stages of the network, for learning rates and freezing by depth: each is a list
     * of the parts in it, by the beginnings of their parameters' names up to a dot. They are what
     * the original's {@code lr_mult_list} counts where it has one (ResNet: stem and four stages;
     * PP-LCNet: conv1 and blocks2 to blocks6; MobileNetV3: three blocks each, the layers before and
     * behind with the first and last), and parts of one resolution otherwise.
     *
     * @return the stages from the image on; every parameter is in exactly one of them or in {@link
     *     #head()}
     */
    public List<List<String>> stages() {
        return network.stagePrefixes();
    }

    /**
     * Returns the parts behind the last stage, which the original always trains at the full rate.
     *
     * @return the beginnings of names
     */
    public List<String> head() {
        return network.headPrefixes();
    }

    /**
     * Returns the factors of the learning rate that PaddleClas recommends for fine-tuning SSLD
     * weights on classification: ResNet50_vd [0.1, 0.1, 0.2, 0.2, 0.3], MobileNetV3_large_x1_0
     * [0.25, 0.25, 0.5, 0.5, 0.75], and PPLCNet_x1_0 [0, 0.4, 0.4, 0.8, 0.8, 1] (the PULC
     * configuration of language_classification).
     *
     * @return one factor a stage, empty if none were published
     */
    public List<Double> recommendedMultipliers() {
        return switch (this) {
            case RESNET50_VD -> List.of(0.1, 0.1, 0.2, 0.2, 0.3);
            case MOBILENETV3_LARGE_X1_0 -> List.of(0.25, 0.25, 0.5, 0.5, 0.75);
            case PPLCNET_X1_0 -> List.of(0.0, 0.4, 0.4, 0.8, 0.8, 1.0);
            default -> List.of();
        };
    }

    /**
     * Spreads one factor a stage over the parts of the network. The head keeps the full rate.
     *
     * @param perStage one factor for each of {@link #stages()}
     * @return the factor by the beginning of names, in order
     * @throws IllegalArgumentException if there are more or fewer factors than stages; the original
     *     resets them all to 1 for ResNet and fails for PP-LCNet
     */
    public Map<String, Double> multipliers(List<Double> perStage) {
        Objects.requireNonNull(perStage, "perStage");
        List<List<String>> stages = stages();
        if (perStage.size() != stages.size()) {
            throw new IllegalArgumentException(
                    "multipliers of "
                            + modelName
                            + " must be "
                            + stages.size()
                            + ", one a stage, but was "
                            + perStage);
        }
        Map<String, Double> multipliers = new LinkedHashMap<>();
        for (int i = 0; i < stages.size(); i++) {
            for (String prefix : stages.get(i)) {
                multipliers.put(prefix, perStage.get(i));
            }
        }
        return multipliers;
    }

    /**
     * Returns how many numbers training adjusts; running statistics are not among them.
     *
     * @param classes the number of classes
     * @return the count
     */
    @Override
    public long parameterCount(int classes) {
        return publishedParameters + (classes - PUBLISHED_CLASSES) * (network.features() + 1L);
    }

    @Override
    public Preprocessing preprocessing() {
        return ModelCard.of(this).preprocessing();
    }
}
