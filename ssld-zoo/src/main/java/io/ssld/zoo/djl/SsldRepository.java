package io.ssld.zoo.djl;

import ai.djl.Application;
import ai.djl.repository.AbstractRepository;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.Progress;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.DownloadProgress;
import io.ssld.zoo.resolve.WeightsResolver;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The published networks as a repository of DJL: an artifact each for SSLD weights, plain weights
 * and a file of the user's own. {@code ssld:///} has all networks; {@code ssld://ResNet50_vd} has
 * one, with its choice in the query: {@code ?ssld=false}, {@code ?weights=/path/to/file}; {@code
 * ssld://ResNet50_vd_ssld} says it in the name.
 */
final class SsldRepository extends AbstractRepository {

    static final String SCHEME = "ssld";
    static final String GROUP = "io.ssld";
    private static final Application APPLICATION = Application.CV.IMAGE_CLASSIFICATION;
    private static final String VERSION = "1.0.0";

    SsldRepository(String name, URI uri) {
        super(name, uri);
    }

    static SsldRepository all() {
        return new SsldRepository("SSLD", URI.create(SCHEME + ":///"));
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public List<MRL> getResources() {
        String authority = uri.getAuthority();
        List<SsldModel> models =
                authority == null
                        ? Arrays.asList(SsldModel.values())
                        : List.of(SsldModel.of(authority));
        return models.stream().map(each -> model(APPLICATION, GROUP, each.modelName())).toList();
    }

    @Override
    public Metadata locate(MRL mrl) {
        ModelCard card = ModelCard.of(SsldModel.of(mrl.getArtifactId()));
        Metadata metadata = new Metadata();
        metadata.setGroupId(GROUP);
        metadata.setArtifactId(mrl.getArtifactId());
        metadata.setApplication(APPLICATION);
        metadata.setRepositoryUri(mrl.toURI());
        List<Artifact> artifacts = new ArrayList<>();
        String ssld = choice();
        String own = arguments.get(SsldArguments.WEIGHTS);
        if (own == null) {
            if (!"false".equals(ssld)) {
                artifacts.add(published(card, true));
            }
            if (!card.plainWeights().isEmpty() && !"true".equals(ssld)) {
                artifacts.add(published(card, false));
            }
        }
        artifacts.add(artifact(card, Map.of(SsldArguments.WEIGHTS, "own"), Map.of()));
        metadata.setArtifacts(artifacts);
        metadata.init(arguments);
        return metadata;
    }

    /** What was asked for, by arguments or by the name, which may be that of the SSLD weights. */
    private @Nullable String choice() {
        String asked = choice(arguments);
        String name = uri.getAuthority();
        if (name == null || SsldModel.of(name).modelName().equalsIgnoreCase(name)) {
            return asked;
        }
        if ("false".equals(asked)) {
            throw new IllegalArgumentException(
                    "weights must be named once, but the address "
                            + uri
                            + " names the SSLD weights and says ssld=false; leave out one of them");
        }
        return "true";
    }

    /** Returns what was asked for, {@code "true"} or {@code "false"}. */
    static @Nullable String choice(Map<String, ?> asked) {
        for (String name : List.of(SsldArguments.SSLD, SsldArguments.USE_SSLD)) {
            Object value = asked.get(name);
            if (value != null) {
                String text = value.toString();
                if (!text.equals("true") && !text.equals("false")) {
                    throw new IllegalArgumentException(
                            name + " must be true or false, but was " + text);
                }
                return text;
            }
        }
        return null;
    }

    private static Artifact published(ModelCard card, boolean ssld) {
        return artifact(
                card,
                Map.of(SsldArguments.SSLD, String.valueOf(ssld)),
                Map.of(SsldArguments.WEIGHTS_FILE, card.fileName(ssld)));
    }

    private static Artifact artifact(
            ModelCard card, Map<String, String> properties, Map<String, String> extra) {
        Artifact artifact = new Artifact();
        artifact.setVersion(VERSION);
        artifact.setName(card.model().modelName());
        artifact.setProperties(properties);
        Map<String, Object> arguments = new HashMap<>(extra);
        arguments.put(SsldArguments.MODEL, card.model().modelName());
        arguments.put("blockFactory", SsldBlockFactory.class.getName());
        arguments.put("translatorFactory", SsldTranslatorFactory.class.getName());
        artifact.setArguments(arguments);
        // The factory loads the weights, so there is no file of parameters to read.
        artifact.setOptions(Map.of("hasParameter", "false"));
        return artifact;
    }

    @Override
    public @Nullable Artifact resolve(MRL mrl, @Nullable Map<String, String> filter) {
        return locate(mrl).getArtifacts().stream()
                .filter(artifact -> filter == null || artifact.hasProperties(filter))
                .findFirst()
                .orElse(null);
    }

    @Override
    public void prepare(Artifact artifact, @Nullable Progress progress) throws IOException {
        if (ownWeights(artifact)) {
            return;
        }
        WeightsResolver.Builder resolver = WeightsResolver.builder();
        if (progress != null) {
            resolver.optProgress(shown(progress));
        }
        resolver.build().resolve(SsldModel.of(artifact.getName()), ssld(artifact));
        if (progress != null) {
            progress.end();
        }
    }

    private static DownloadProgress shown(Progress progress) {
        long[] total = {-2};
        return (file, done, size) -> {
            if (total[0] != size) {
                total[0] = size;
                progress.reset("Downloading " + file, size);
            }
            progress.update(done);
        };
    }

    /** Returns the folder of the weights; while they are missing, a path that does not exist. */
    @Override
    public Path getResourceDirectory(Artifact artifact) throws IOException {
        if (ownWeights(artifact)) {
            return getCacheDirectory();
        }
        Path file =
                WeightsResolver.builder()
                        .build()
                        .place(SsldModel.of(artifact.getName()), ssld(artifact));
        Path folder = file.toAbsolutePath().getParent();
        return Files.exists(file) && folder != null ? folder : file;
    }

    private static boolean ownWeights(Artifact artifact) {
        return artifact.getProperties().containsKey(SsldArguments.WEIGHTS);
    }

    private static boolean ssld(Artifact artifact) {
        return "true".equals(artifact.getProperties().get(SsldArguments.SSLD));
    }
}
