package io.ssld.core.train;

import io.ssld.base.internal.SettingsMap;
import io.ssld.core.data.BatchMixing;
import io.ssld.images.view.ImageSize;
import io.ssld.images.view.ViewSampler;
import io.ssld.images.view.internal.SamplerMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A recipe as a map and back. */
final class RecipeMap {

    private RecipeMap() {}

    static Map<String, Object> write(Recipe recipe) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", recipe.name());
        map.put("epochs", recipe.epochs());
        recipe.stepsPerEpoch().ifPresent(n -> map.put("stepsPerEpoch", n));
        map.put("batchSize", recipe.batchSize());
        map.put("accumulation", recipe.accumulation());
        map.put("optimizer", recipe.optimizer().toMap());
        map.put("learningRate", recipe.learningRate());
        map.put("warmupEpochs", recipe.warmupEpochs());
        map.put("schedule", recipe.schedule().toMap());
        if (!recipe.multipliers().isEmpty()) {
            Map<String, Object> factors = new LinkedHashMap<>();
            recipe.multipliers().forEach(m -> factors.put(m.prefix(), m.factor()));
            map.put("multipliers", factors);
        }
        if (!recipe.freezing().isNone()) {
            map.put("freezing", freezing(recipe.freezing()));
        }
        Regularization regularization = recipe.regularization();
        map.put("weightDecay", regularization.weightDecay());
        map.put("decayRule", regularization.decayRule().name());
        regularization.clipNorm().ifPresent(norm -> map.put("clipNorm", norm));
        map.put("labelSmoothing", regularization.labelSmoothing());
        recipe.ema().ifPresent(ema -> map.put("ema", ema(ema)));
        recipe.earlyStop().ifPresent(stop -> map.put("earlyStop", earlyStop(stop)));
        map.put("height", recipe.height());
        map.put("width", recipe.width());
        recipe.evaluationSize()
                .ifPresent(
                        size -> {
                            map.put("evaluationHeight", size.height());
                            map.put("evaluationWidth", size.width());
                        });
        recipe.shortSide().ifPresent(side -> map.put("shortSide", side));
        map.put("views", viewsToMap(recipe.views()));
        if (!recipe.mixing().equals(BatchMixing.NONE)) {
            map.put("mixing", recipe.mixing().toMap());
        }
        map.put("seed", recipe.seed());
        return map;
    }

    static Recipe read(Map<String, Object> map) {
        SettingsMap fields = SettingsMap.of("a recipe", map);
        Recipe recipe =
                new Recipe(
                        fields.text("name"),
                        fields.integer("epochs"),
                        integer(fields, "stepsPerEpoch"),
                        fields.integer("batchSize"),
                        fields.integer("accumulation"),
                        RecipeParts.optimizer(fields.fields("optimizer")),
                        fields.number("learningRate"),
                        fields.number("warmupEpochs"),
                        RecipeParts.schedule(fields.fields("schedule")),
                        multipliers(fields),
                        fields.has("freezing")
                                ? freezing(fields.fields("freezing"))
                                : Freezing.none(),
                        regularization(fields),
                        fields.has("ema") ? Optional.of(ema(fields)) : Optional.empty(),
                        fields.has("earlyStop") ? Optional.of(earlyStop(fields)) : Optional.empty(),
                        fields.integer("height"),
                        fields.integer("width"),
                        evaluationSize(fields),
                        integer(fields, "shortSide"),
                        viewsFromMap(fields),
                        fields.has("mixing")
                                ? BatchMixing.fromMap(fields.settings("mixing"))
                                : BatchMixing.NONE,
                        fields.whole("seed"));
        fields.finish();
        return recipe;
    }

    private static OptionalInt integer(SettingsMap fields, String key) {
        return fields.has(key) ? OptionalInt.of(fields.integer(key)) : OptionalInt.empty();
    }

    private static Regularization regularization(SettingsMap fields) {
        return new Regularization(
                fields.number("weightDecay"),
                fields.constant("decayRule", DecayRule.class),
                fields.has("clipNorm")
                        ? OptionalDouble.of(fields.number("clipNorm"))
                        : OptionalDouble.empty(),
                fields.number("labelSmoothing"));
    }

    private static Optional<ImageSize> evaluationSize(SettingsMap fields) {
        boolean height = fields.has("evaluationHeight");
        boolean width = fields.has("evaluationWidth");
        return height || width
                ? Optional.of(
                        new ImageSize(
                                fields.integer("evaluationHeight"),
                                fields.integer("evaluationWidth")))
                : Optional.empty();
    }

    private static List<LearningRateMultiplier> multipliers(SettingsMap fields) {
        List<LearningRateMultiplier> multipliers = new ArrayList<>();
        if (fields.has("multipliers")) {
            SettingsMap factors = fields.fields("multipliers");
            for (String prefix : factors.keys()) {
                multipliers.add(new LearningRateMultiplier(prefix, factors.number(prefix)));
            }
        }
        return multipliers;
    }

    private static Map<String, Object> freezing(Freezing freezing) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", freezing.kind().name());
        map.put("prefixes", freezing.prefixes());
        return map;
    }

    private static Freezing freezing(SettingsMap fields) {
        Freezing.Kind kind = fields.constant("kind", Freezing.Kind.class);
        List<String> prefixes = new ArrayList<>();
        for (Object prefix : fields.list("prefixes")) {
            prefixes.add(String.valueOf(prefix));
        }
        fields.finish();
        return new Freezing(kind, prefixes);
    }

    private static Map<String, Object> ema(EmaSettings ema) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("decay", ema.decay());
        map.put("warmup", ema.warmup());
        return map;
    }

    private static EmaSettings ema(SettingsMap recipe) {
        SettingsMap fields = recipe.fields("ema");
        EmaSettings ema = new EmaSettings(fields.number("decay"), fields.flag("warmup"));
        fields.finish();
        return ema;
    }

    private static Map<String, Object> earlyStop(EarlyStop stop) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("patience", stop.patience());
        map.put("minDelta", stop.minDelta());
        map.put("minEpochs", stop.minEpochs());
        return map;
    }

    private static EarlyStop earlyStop(SettingsMap recipe) {
        SettingsMap fields = recipe.fields("earlyStop");
        EarlyStop stop =
                new EarlyStop(
                        fields.integer("patience"),
                        fields.number("minDelta"),
                        fields.integer("minEpochs"));
        fields.finish();
        return stop;
    }

    /** Samplers that are values say their settings; others can be named but not read back. */
    private static Object viewsToMap(ViewSampler views) {
        Optional<Map<String, Object>> map = SamplerMap.of(views);
        return map.isPresent() ? map.get() : views.toString();
    }

    private static ViewSampler viewsFromMap(SettingsMap recipe) {
        if (!(recipe.value("views") instanceof Map)) {
            throw recipe.wrong(
                    "views", "be a sampler that can be read back, not one written in Java code");
        }
        return SamplerMap.read(recipe.settings("views"));
    }
}
