package io.ssld.zoo.djl;

import ai.djl.repository.zoo.ModelZoo;
import java.util.Set;

/** The published networks for DJL's {@code Criteria}. */
final class SsldZoo extends ModelZoo {

    SsldZoo() {
        SsldRepository.all().getResources().forEach(mrl -> addModel(new SsldModelLoader(mrl)));
    }

    @Override
    public String getGroupId() {
        return SsldRepository.GROUP;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of("PyTorch");
    }
}
