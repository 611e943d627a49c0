package io.ssld.zoo.djl;

import ai.djl.repository.Repository;
import ai.djl.repository.RepositoryFactory;
import java.net.URI;
import java.util.Set;

/** Lets DJL understand addresses such as {@code ssld://ResNet50_vd?ssld=true}. */
public final class SsldRepositoryFactory implements RepositoryFactory {

    /** Called by DJL, which finds this class as a service. */
    public SsldRepositoryFactory() {}

    @Override
    public Repository newInstance(String name, URI uri) {
        return new SsldRepository(name, uri);
    }

    @Override
    public Set<String> getSupportedScheme() {
        return Set.of(SsldRepository.SCHEME);
    }
}
