package io.ssld.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.engine.internal.kernels.Fenced;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FencedNetworksTest {

    @ParameterizedTest
    @MethodSource("io.ssld.zoo.Architecture#all")
    void newBlock_everyNetwork_fenced(Architecture architecture) {
        assertThat(architecture.newBlock(3)).isInstanceOf(Fenced.class);
    }
}
