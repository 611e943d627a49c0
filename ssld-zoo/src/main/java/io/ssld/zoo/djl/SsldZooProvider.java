package io.ssld.zoo.djl;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;

/** Adds the published networks to DJL's zoos. */
public final class SsldZooProvider implements ZooProvider {

    /** Called by DJL, which finds this class as a service. */
    public SsldZooProvider() {}

    @Override
    public String getName() {
        return "SSLD";
    }

    @Override
    public ModelZoo getModelZoo() {
        return new SsldZoo();
    }
}
