package io.ssld.zoo.internal.families;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.weights.PaddleNames;
import io.ssld.zoo.SsldModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StagesTest {

    private static boolean covers(String prefix, String path) {
        return path.startsWith(prefix + ".");
    }

    @ParameterizedTest
    @EnumSource
    void stages_everyParameter_isInExactlyOneOrTheHead(SsldModel model) {
        List<String> prefixes = new ArrayList<>(model.head());
        model.stages().forEach(prefixes::addAll);
        Set<String> unused = new HashSet<>(prefixes);
        assertThat(unused).hasSameSizeAs(prefixes);
        for (PaddleNames.Entry entry : PaddleNames.of(model.newBlock(10)).values()) {
            List<String> owners =
                    prefixes.stream().filter(prefix -> covers(prefix, entry.path())).toList();
            assertThat(owners).as(entry.path()).hasSize(1);
            unused.removeAll(owners);
        }
        assertThat(unused).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void stages_ofEveryNetwork_areInTheOrderOfTheParameters(SsldModel model) {
        List<List<String>> groups = new ArrayList<>(model.stages());
        groups.add(model.head());
        int reached = 0;
        for (PaddleNames.Entry entry : PaddleNames.of(model.newBlock(10)).values()) {
            int group = 0;
            while (groups.get(group).stream().noneMatch(p -> covers(p, entry.path()))) {
                group++;
            }
            assertThat(group).as(entry.path()).isGreaterThanOrEqualTo(reached);
            reached = group;
        }
    }

    @Test
    void stages_ofTheOriginalsLists_haveTheirLengths() {
        assertThat(SsldModel.RESNET50_VD.stages()).hasSize(5);
        assertThat(SsldModel.RESNET50_VD.stages().get(4))
                .containsExactly("blocks.13", "blocks.14", "blocks.15");
        assertThat(SsldModel.PPLCNET_X1_0.stages()).hasSize(6);
        assertThat(SsldModel.MOBILENETV3_LARGE_X1_0.stages()).hasSize(5);
        assertThat(SsldModel.MOBILENETV3_LARGE_X1_0.stages().get(4))
                .containsExactly("blocks.12", "blocks.13", "blocks.14", "last_second_conv");
        assertThat(SsldModel.RES2NET50_VD_26W_4S.stages().get(1))
                .containsExactly("bb_0_0", "bb_0_1", "bb_0_2");
    }

    @Test
    void recommendedMultipliers_published_haveOneFactorAStage() {
        List<SsldModel> published =
                Arrays.stream(SsldModel.values())
                        .filter(model -> !model.recommendedMultipliers().isEmpty())
                        .toList();
        assertThat(published)
                .containsExactlyInAnyOrder(
                        SsldModel.RESNET50_VD,
                        SsldModel.MOBILENETV3_LARGE_X1_0,
                        SsldModel.PPLCNET_X1_0);
        for (SsldModel model : published) {
            Map<String, Double> factors = model.multipliers(model.recommendedMultipliers());
            assertThat(factors).doesNotContainKeys(model.head().toArray(new String[0]));
            assertThat(factors.get(model.stages().get(0).get(0)))
                    .isEqualTo(model.recommendedMultipliers().get(0));
        }
    }

    @Test
    void multipliers_wrongLength_areRefused() {
        assertThatThrownBy(() -> SsldModel.PPLCNET_X1_0.multipliers(List.of(1.0, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "multipliers of PPLCNet_x1_0 must be 6, one a stage, but was [1.0, 0.5]");
    }
}
