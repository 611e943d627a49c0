package io.ssld.core.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What PaddleClas published for single architectures. Rates belong to the batch beside them, over
 * all cards; configurations that give a batch per card are tuned for four.
 */
final class PublishedRecipes {

    private static final DecayRule ALL = DecayRule.ALL;
    private static final DecayRule NO_NORM = DecayRule.ALL_BUT_NORM;

    /**
     * One published run.
     *
     * @param architecture the student
     * @param epochs the length
     * @param weightDecay L2
     * @param rule which parameters the architecture exempts from it
     * @param batch examples a step
     * @param rate the highest learning rate
     */
    private record Row(
            String architecture,
            int epochs,
            double weightDecay,
            DecayRule rule,
            int batch,
            double rate) {

        /** The row as a recipe at the published batch, from which another batch scales. */
        RecipeBuilder applyTo(RecipeBuilder base) {
            return base.optName(base.build().name() + " " + architecture)
                    .optEpochs(epochs)
                    .optWeightDecay(weightDecay)
                    .optDecayRule(rule)
                    .optBatchSize(batch)
                    .optLearningRate(rate);
        }
    }

    /** The table of the older distillation page, then the configurations under Distillation. */
    private static final List<Row> STAGE_1 =
            List.of(
                    new Row("MobileNetV1", 360, 3e-5, ALL, 4096, 1.6),
                    new Row("MobileNetV2", 360, 1e-5, ALL, 3072, 0.54),
                    new Row("MobileNetV3_large_x1_0", 360, 1e-5, NO_NORM, 5760, 3.65625),
                    new Row("MobileNetV3_small_x1_0", 360, 1e-5, NO_NORM, 5760, 3.65625),
                    new Row("ResNet50_vd", 360, 7e-5, ALL, 1024, 0.4),
                    new Row("ResNet101_vd", 360, 7e-5, ALL, 1024, 0.4),
                    new Row("Res2Net200_vd_26w_4s", 360, 4e-5, ALL, 1024, 0.4),
                    new Row("PPLCNet_x1_0", 200, 1e-5, NO_NORM, 512, 0.4),
                    new Row("PPLCNet_x2_5", 100, 4e-5, NO_NORM, 512, 0.2),
                    new Row("PPHGNet_base", 360, 4e-5, NO_NORM, 512, 0.5));

    /** Res2Net200_vd: 30 epochs, since the printed 360 is taken for a slip. */
    private static final List<Row> STAGE_2 =
            List.of(
                    new Row("MobileNetV1", 30, 3e-5, ALL, 4096, 0.016),
                    new Row("MobileNetV2", 30, 1e-5, ALL, 3072, 0.0054),
                    new Row("MobileNetV3_large_x1_0", 30, 1e-5, NO_NORM, 2048, 0.008),
                    new Row("MobileNetV3_small_x1_0", 30, 1e-5, NO_NORM, 6400, 0.025),
                    new Row("ResNet50_vd", 60, 7e-5, ALL, 1024, 0.004),
                    new Row("ResNet101_vd", 30, 7e-5, ALL, 1024, 0.004),
                    new Row("Res2Net200_vd_26w_4s", 30, 4e-5, ALL, 1024, 0.004));

    /** Rows whose schedule, warm-up and smoothing are those of {@link Recipe#supervised()}. */
    private static final List<Row> SUPERVISED =
            List.of(
                    new Row("MobileNetV3_large_x1_0", 360, 2e-5, NO_NORM, 1024, 0.65),
                    new Row("MobileNetV3_small_x1_0", 360, 2e-5, NO_NORM, 2048, 1.3),
                    new Row("PPLCNet_x0_25", 360, 3e-5, NO_NORM, 2048, 0.8),
                    new Row("PPLCNet_x1_0", 360, 3e-5, NO_NORM, 2048, 0.8),
                    new Row("PPLCNet_x2_5", 360, 4e-5, NO_NORM, 2048, 0.8),
                    new Row("PPLCNetV2_base", 480, 4e-5, NO_NORM, 2000, 0.8),
                    new Row("GhostNet_x1_3", 360, 4e-5, NO_NORM, 2048, 0.8),
                    new Row("PPHGNet_tiny", 600, 4e-5, NO_NORM, 512, 0.5),
                    new Row("PPHGNet_small", 600, 4e-5, NO_NORM, 512, 0.5),
                    new Row("PPHGNet_base", 600, 4e-5, NO_NORM, 512, 0.5));

    /** Residual networks: a cosine without warm-up, label smoothing. */
    private static final List<Row> SUPERVISED_RESIDUAL =
            List.of(
                    new Row("ResNet34_vd", 200, 7e-5, ALL, 256, 0.1),
                    new Row("ResNet50_vd", 200, 7e-5, ALL, 256, 0.1),
                    new Row("Res2Net200_vd_26w_4s", 200, 1e-4, ALL, 256, 0.1));

    private PublishedRecipes() {}

    static RecipeBuilder of(ReadyMade recipe, String architecture) {
        List<Row> rows = rows(recipe);
        Row row =
                rows.stream()
                        .filter(each -> same(each.architecture, architecture))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                unknown(recipe, architecture, rows)));
        RecipeBuilder builder = recipe.builder();
        if (SUPERVISED_RESIDUAL.contains(row)) {
            builder.optWarmupEpochs(0);
        }
        Recipe published = row.applyTo(builder).build();
        // Back to the usual batch, the rate with it; every setting may then be given again.
        return published.toBuilder()
                .optBatchSize(recipe.builder().build().batchSize())
                .build()
                .toBuilder();
    }

    private static List<Row> rows(ReadyMade recipe) {
        return switch (recipe) {
            case SSLD -> STAGE_1;
            case SSLD_STAGE_2 -> STAGE_2;
            case SUPERVISED ->
                    Stream.concat(SUPERVISED.stream(), SUPERVISED_RESIDUAL.stream()).toList();
            case SKL_UGI, FINE_TUNE, FIX_RES -> List.of();
        };
    }

    private static String unknown(ReadyMade recipe, String architecture, List<Row> rows) {
        String names = rows.stream().map(Row::architecture).collect(Collectors.joining(", "));
        return "architecture must have published numbers for "
                + recipe.recipeName()
                + (rows.isEmpty() ? ", which has none" : ", which are " + names)
                + ", but was "
                + architecture
                + "; use Recipe.named and set what differs";
    }

    private static boolean same(String first, String second) {
        return first.toLowerCase(Locale.ROOT).equals(second.toLowerCase(Locale.ROOT));
    }
}
