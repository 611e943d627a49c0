package io.ssld.zoo;

import io.ssld.images.view.Interpolation;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The cards of all networks: the two tables of the SSLD page, and what its code adds. */
final class ModelCards {

    private static final String BASE = "https://paddle-imagenet-models-name.bj.bcebos.com/dygraph/";

    /**
     * PaddleClas is published under Apache-2.0, and its weights with it, without a licence of their
     * own.
     */
    private static final String LICENCE = "Apache-2.0";

    private static final double NONE = Double.NaN;

    private static final Preprocessing STANDARD = Preprocessing.standard();
    private static final Preprocessing HGNET =
            Preprocessing.imageNet(236, Interpolation.PILLOW_BICUBIC);
    private static final Preprocessing HGNET_TINY =
            Preprocessing.imageNet(232, Interpolation.PILLOW_BICUBIC);

    private static final List<String> LEGENDARY = List.of("legendary_models/");
    private static final List<String> ROOT = List.of("");

    /** The code says the first, the SSLD page the second. */
    private static final List<String> BOTH = List.of("legendary_models/", "");

    private static final Map<SsldModel, ModelCard> CARDS = new EnumMap<>(SsldModel.class);

    static {
        Stream.of(
                        row(
                                SsldModel.PPLCNETV2_BASE,
                                77.04,
                                80.1,
                                604.16e6,
                                6.54e6,
                                600_072_192L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.PPLCNET_X2_5,
                                76.6,
                                80.82,
                                906.49e6,
                                9.04e6,
                                893_719_680L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.PPLCNET_X1_0,
                                71.32,
                                74.39,
                                160.81e6,
                                2.96e6,
                                155_700_480L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.PPLCNET_X0_5,
                                63.14,
                                66.1,
                                47.28e6,
                                1.89e6,
                                44_731_008L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.PPLCNET_X0_25,
                                51.86,
                                53.43,
                                18.43e6,
                                1.52e6,
                                16_773_440L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.MOBILENETV1,
                                71.0,
                                77.9,
                                578.88e6,
                                4.19e6,
                                568_740_352L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.MOBILENETV2,
                                72.2,
                                76.74,
                                327.84e6,
                                3.44e6,
                                313_619_328L,
                                STANDARD,
                                ROOT),
                        row(
                                SsldModel.MOBILENETV3_LARGE_X1_0,
                                75.3,
                                79.0,
                                229.66e6,
                                5.47e6,
                                219_799_200L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.MOBILENETV3_SMALL_X1_0,
                                68.2,
                                71.3,
                                63.67e6,
                                2.94e6,
                                60_119_520L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.MOBILENETV3_SMALL_X0_35,
                                53.0,
                                55.6,
                                14.56e6,
                                1.66e6,
                                13_161_528L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.GHOSTNET_X1_3,
                                75.7,
                                79.4,
                                236.89e6,
                                7.30e6,
                                226_995_784L,
                                STANDARD,
                                ROOT),
                        row(
                                SsldModel.PPHGNET_BASE,
                                NONE,
                                85.0,
                                25.14e9,
                                71.62e6,
                                25_109_564_352L,
                                HGNET,
                                LEGENDARY),
                        row(
                                SsldModel.PPHGNET_SMALL,
                                81.5,
                                83.8,
                                8.53e9,
                                24.38e6,
                                8_508_610_304L,
                                HGNET,
                                LEGENDARY),
                        row(
                                SsldModel.PPHGNET_TINY,
                                79.83,
                                81.95,
                                4.54e9,
                                14.75e6,
                                4_530_447_104L,
                                HGNET_TINY,
                                LEGENDARY),
                        row(
                                SsldModel.RESNET50_VD,
                                79.1,
                                83.0,
                                8.67e9,
                                25.58e6,
                                4_328_824_832L,
                                STANDARD,
                                BOTH),
                        row(
                                SsldModel.RESNET101_VD,
                                80.2,
                                83.7,
                                16.1e9,
                                44.57e6,
                                8_041_046_016L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.RESNET34_VD,
                                76.0,
                                79.7,
                                7.39e9,
                                21.82e6,
                                3_916_247_040L,
                                STANDARD,
                                BOTH),
                        row(
                                SsldModel.RES2NET50_VD_26W_4S,
                                79.8,
                                83.1,
                                8.37e9,
                                25.06e6,
                                4_494_807_040L,
                                STANDARD,
                                ROOT),
                        row(
                                SsldModel.RES2NET101_VD_26W_4S,
                                80.6,
                                83.9,
                                16.67e9,
                                45.22e6,
                                8_306_615_040L,
                                STANDARD,
                                ROOT),
                        row(
                                SsldModel.RES2NET200_VD_26W_4S,
                                81.2,
                                85.1,
                                31.49e9,
                                76.21e6,
                                15_706_007_040L,
                                STANDARD,
                                ROOT),
                        row(
                                SsldModel.HRNET_W18_C,
                                76.9,
                                81.6,
                                4.14e9,
                                21.29e6,
                                4_283_537_072L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.HRNET_W48_C,
                                79.0,
                                83.6,
                                34.58e9,
                                77.47e6,
                                17_277_996_032L,
                                STANDARD,
                                LEGENDARY),
                        row(
                                SsldModel.SE_HRNET_W64_C,
                                NONE,
                                84.7,
                                57.83e9,
                                128.97e6,
                                28_896_307_200L,
                                STANDARD,
                                LEGENDARY))
                .forEach(card -> CARDS.put(card.model(), card));
    }

    private ModelCards() {}

    static ModelCard card(SsldModel model) {
        return Objects.requireNonNull(CARDS.get(model), model.modelName());
    }

    private static ModelCard row(
            SsldModel model,
            double top1,
            double ssldTop1,
            double flops,
            double parameters,
            long multiplyAdds,
            Preprocessing preprocessing,
            List<String> folders) {
        boolean plain = !Double.isNaN(top1);
        return new ModelCard(
                model,
                plain ? OptionalDouble.of(top1) : OptionalDouble.empty(),
                ssldTop1,
                flops,
                parameters,
                multiplyAdds,
                preprocessing,
                LICENCE,
                plain ? locations(folders, model.modelName() + "_pretrained") : List.of(),
                locations(folders, model.modelName() + "_ssld_pretrained"),
                Optional.empty(),
                Optional.empty());
    }

    private static List<URI> locations(List<String> folders, String name) {
        return folders.stream()
                .map(folder -> URI.create(BASE + folder + name + ".pdparams"))
                .toList();
    }
}
