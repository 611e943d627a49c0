package io.ssld.zoo;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of a published network. Accuracies, FLOPs and parameters are those of its
 * publication, measured by its authors and not by us; docs/zoo.md says which of them our networks
 * reproduce.
 *
 * @param model the network
 * @param top1 top-1 accuracy on ImageNet-1k of the plain weights in percent, empty if none was
 *     published
 * @param ssldTop1 the same of the SSLD weights
 * @param publishedFlops as published, under conventions that differ from row to row
 * @param publishedParameters as published, to three digits or so
 * @param multiplyAdds multiply-adds of convolutions and linear layers for one 224x224 image, as
 *     computed for our network
 * @param preprocessing what an image goes through first
 * @param licence the licence of the project that published the weights, which have none of their
 *     own
 * @param plainWeights where the plain weights were published, best first; may be empty
 * @param ssldWeights where the SSLD weights were published, best first
 * @param plainSha256 the checksum of the plain weights, empty as long as nobody has confirmed one:
 *     then the first download is trusted, and later ones are compared with it
 * @param ssldSha256 the same of the SSLD weights
 */
public record ModelCard(
        SsldModel model,
        OptionalDouble top1,
        double ssldTop1,
        double publishedFlops,
        double publishedParameters,
        long multiplyAdds,
        Preprocessing preprocessing,
        String licence,
        List<URI> plainWeights,
        List<URI> ssldWeights,
        Optional<String> plainSha256,
        Optional<String> ssldSha256) {

    /** Creates a card from copies of the lists. */
    public ModelCard {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(top1, "top1");
        Objects.requireNonNull(preprocessing, "preprocessing");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(plainWeights, "plainWeights");
        Objects.requireNonNull(ssldWeights, "ssldWeights");
        Objects.requireNonNull(plainSha256, "plainSha256");
        Objects.requireNonNull(ssldSha256, "ssldSha256");
        plainWeights = List.copyOf(plainWeights);
        ssldWeights = List.copyOf(ssldWeights);
    }

    /**
     * Returns the card of a network.
     *
     * @param model the network
     * @return its card
     */
    public static ModelCard of(SsldModel model) {
        Objects.requireNonNull(model, "model");
        return ModelCards.card(model);
    }

    /**
     * Returns the side of the images the network was published for.
     *
     * @return the side, 224
     */
    public int inputSize() {
        return preprocessing.crop();
    }

    /**
     * Returns where a kind of weights was published.
     *
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the locations, best first; empty if such weights were not published
     */
    public List<URI> weights(boolean ssld) {
        return ssld ? ssldWeights : plainWeights;
    }

    /**
     * Returns the checksum of a kind of weights.
     *
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the SHA-256 in hexadecimal digits, empty if not known
     */
    public Optional<String> sha256(boolean ssld) {
        return ssld ? ssldSha256 : plainSha256;
    }

    /**
     * Returns the name of a weights file, by which mirrors, caches and local folders know it.
     *
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the name, such as {@code ResNet50_vd_ssld_pretrained.pdparams}
     */
    public String fileName(boolean ssld) {
        return model.modelName() + (ssld ? "_ssld" : "") + "_pretrained.pdparams";
    }
}
