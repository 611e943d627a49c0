package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import io.ssld.core.train.Freezing;
import io.ssld.core.train.FrozenPart;
import io.ssld.core.train.ParameterPaths;
import io.ssld.core.train.ParameterPlan;
import io.ssld.core.train.Recipe;
import io.ssld.core.train.RecipeBuilder;
import io.ssld.weights.PaddleNames;
import io.ssld.zoo.SsldModel;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What core says about paths, on the networks of the zoo, which core does not know. */
class ZooRecipesTest {

    @ParameterizedTest
    @EnumSource(
            names = {
                "PPLCNETV2_BASE",
                "PPLCNET_X0_25",
                "MOBILENETV1",
                "MOBILENETV2",
                "MOBILENETV3_SMALL_X0_35",
                "GHOSTNET_X1_3",
                "PPHGNET_TINY",
                "RESNET34_VD",
                "RES2NET50_VD_26W_4S",
                "HRNET_W18_C"
            })
    void paths_ofEveryFamily_areThoseOfItsWeightsFiles(SsldModel model) {
        Block block = model.newBlock(10);
        List<String> expected =
                PaddleNames.of(block).values().stream().map(PaddleNames.Entry::path).toList();
        assertThat(ParameterPaths.of(block).keys()).containsExactlyElementsOf(expected);
    }

    @ParameterizedTest
    @EnumSource(names = {"PPLCNET_X0_25", "MOBILENETV2", "GHOSTNET_X1_3"})
    void fixRes_network_leavesItsClassifierAlone(SsldModel model) {
        Block block = model.newBlock(10);
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
            Freezing freezing = Recipe.fixRes().build().freezing();
            try (FrozenPart part = FrozenPart.freeze(block, freezing, manager)) {
                List<String> trained =
                        ParameterPaths.of(block).stream()
                                .filter(pair -> pair.getValue().requiresGradient())
                                .map(pair -> pair.getKey())
                                .toList();
                String classifier = model.head().get(model.head().size() - 1);
                assertThat(trained)
                        .containsExactlyInAnyOrder(classifier + ".weight", classifier + ".bias");
                assertThat(part.evaluates()).isTrue();
            }
        }
    }

    @Test
    void multipliers_ofTheZoo_reachTheirStages() {
        SsldModel model = SsldModel.PPLCNET_X1_0;
        RecipeBuilder builder = Recipe.ssld();
        model.multipliers(model.recommendedMultipliers()).forEach(builder::addMultiplier);
        Recipe recipe = builder.build();
        Block block = model.newBlock(10);
        try (NDManager manager = NDManager.newBaseManager()) {
            block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 64, 64));
            ParameterList parameters = ParameterPaths.of(block);
            List<ParameterPlan> plans =
                    ParameterPlan.of(
                            parameters,
                            recipe.regularization().weightDecay(),
                            recipe.regularization().decayRule(),
                            recipe.multipliers());
            assertThat(factor(plans, "conv1.conv.weight")).isZero();
            assertThat(factor(plans, "blocks3.1.pw_conv.conv.weight")).isEqualTo(0.4);
            assertThat(factor(plans, "blocks6.0.se.conv1.bias")).isEqualTo(1);
            assertThat(factor(plans, "fc.bias")).isEqualTo(1);
        }
    }

    private static double factor(List<ParameterPlan> plans, String path) {
        ParameterPlan found = null;
        for (ParameterPlan plan : plans) {
            found = plan.path().equals(path) ? plan : found;
        }
        return Objects.requireNonNull(found, path).factor();
    }
}
