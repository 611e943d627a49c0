package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.images.view.Interpolation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All built-in networks under one name space. */
class ArchitectureTest {

    @Test
    void of_anyCase_thatNetwork() {
        assertThat(Architecture.of("RESNET50_VD")).isSameAs(SsldModel.RESNET50_VD);
        assertThat(Architecture.of("smallmobilenet_x0_6")).isSameAs(SmallModel.MOBILENET_X0_6);
    }

    @ParameterizedTest
    @CsvSource({
        "ResNet51_vd, ResNet50_vd or ResNet101_vd or ResNet34_vd",
        "pplcnet_x10, PPLCNet_x1_0 or PPLCNet_x2_5 or PPLCNet_x0_5",
        "SmallMobileNetx1_0, SmallMobileNet_x1_0 or SmallMobileNet_x0_6"
    })
    void of_misspelt_closeNamesOffered(String asked, String offered) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.of(asked))
                .withMessageStartingWith("model must be a built-in network, but was " + asked)
                .withMessageContaining("did you mean " + offered.split(" or ", -1)[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GhostNet_x1_3_ssld", "ghostnet_x1_3_SSLD_pretrained", "GhostNet_x1_3"})
    void of_nameOfTheSsldWeights_thatNetwork(String name) {
        assertThat(Architecture.of(name)).isSameAs(SsldModel.GHOSTNET_X1_3);
        assertThat(SsldModel.of(name)).isSameAs(SsldModel.GHOSTNET_X1_3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SmallMobileNet_x1_0_ssld", "SmallMobileNet_x1_0_ssld_pretrained"})
    void of_weightsThatWereNotPublished_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.of(name))
                .withMessageContaining("was " + name + "; did you mean SmallMobileNet_x1_0");
    }

    @Test
    void of_nothingAlike_allNamesListed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Architecture.of("vit"))
                .withMessage(
                        "model must be one of " + String.join(", ", names()) + ", but was vit");
    }

    @Test
    void smallModels_havePreprocessingAndNoDropout() {
        Preprocessing how = SmallModel.RESNET_X1_0.preprocessing();
        assertThat(how.crop()).isEqualTo(28);
        assertThat(how.resizeShort()).isEqualTo(28);
        assertThat(SmallModel.RESNET_X1_0.dropout()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SmallModel.RESNET_X1_0.newBlock(10, 0.2))
                .withMessage("dropout must be 0 for SmallResNet_x1_0, which has none, but was 0.2");
    }

    @Test
    void preprocessing_otherCrop_shortSideInProportion() {
        Preprocessing how = SsldModel.PPHGNET_TINY.preprocessing().withCrop(288);
        assertThat(how.crop()).isEqualTo(288);
        assertThat(how.resizeShort()).isEqualTo(298); // 288 * 232 / 224 = 298.3
        assertThat(how.withResizeShort(288).resizeShort()).isEqualTo(288);
    }

    @Test
    void preprocessing_badStatistics_refused() {
        List<Double> three = List.of(0.5, 0.5, 0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Preprocessing(
                                        28,
                                        28,
                                        Interpolation.PILLOW_BICUBIC,
                                        three,
                                        List.of(0.5, 0.0, 0.5)))
                .withMessage("std must be three finite numbers above 0, but was [0.5, 0.0, 0.5]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Preprocessing(
                                        28, 28, Interpolation.PILLOW_BICUBIC, List.of(0.5), three))
                .withMessage("mean must be three finite numbers, but was [0.5]");
    }

    private static List<String> names() {
        return Architecture.all().stream().map(Architecture::modelName).toList();
    }
}
