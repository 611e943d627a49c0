package io.ssld.zoo.resolve;

import io.ssld.zoo.SsldModel;
import java.io.IOException;

/** A program that resolves the SSLD weights of one network, with the defaults. */
final class ResolveOnce {

    private ResolveOnce() {}

    public static void main(String[] args) throws IOException {
        WeightsResolver.builder().withoutLook().build().resolve(SsldModel.of(args[0]), true);
    }
}
