package io.ssld.core.train;

import io.ssld.base.internal.SettingsMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands for settings that somebody left out of a recipe's map. */
final class RecipeDefaults {

    /** What {@link Recipe#toMap} always writes: a map that has them all leaves out what is off. */
    private static final List<String> ALWAYS_WRITTEN =
            List.of(
                    "name",
                    "epochs",
                    "batchSize",
                    "accumulation",
                    "optimizer",
                    "learningRate",
                    "warmupEpochs",
                    "schedule",
                    "weightDecay",
                    "decayRule",
                    "labelSmoothing",
                    "height",
                    "width",
                    "views",
                    "seed");

    private static final Map<String, Map<String, Object>> OPTIMIZERS =
            Map.of(
                    "sgd", Map.of("momentum", 0.9, "nesterov", false),
                    "adamw", Map.of("beta1", 0.9, "beta2", 0.999, "epsilon", 1e-8));

    private static final Map<String, Map<String, Object>> SCHEDULES =
            Map.of(
                    "cosine", Map.of("floor", 0.0),
                    "polynomial", Map.of("power", 1.0, "floor", 0.0),
                    "step", Map.of("factor", 0.1),
                    "multistep", Map.of("factor", 0.1));

    private RecipeDefaults() {}

    /** A whole map of a recipe: a part, over the recipe that its name names. */
    static Map<String, Object> complete(Map<String, Object> part) {
        Map<String, Object> whole = new LinkedHashMap<>();
        if (!part.keySet().containsAll(ALWAYS_WRITTEN)) {
            whole.putAll(base(part).toMap());
        }
        whole.putAll(part);
        fill(whole, "optimizer", "sgd", OPTIMIZERS);
        fill(whole, "schedule", "cosine", SCHEDULES);
        fill(whole, "ema", Map.of("warmup", true));
        fill(whole, "earlyStop", Map.of("minDelta", 0.0, "minEpochs", 1));
        fill(whole, "freezing", Map.of("kind", Freezing.Kind.LISTED.name()));
        fill(whole, "views", Map.of("kind", "augmentation"));
        return whole;
    }

    /** With what other settings follow: rate and warm-up the batch and length, views the size. */
    private static Recipe base(Map<String, Object> part) {
        SettingsMap fields = SettingsMap.of("a recipe", part);
        String name = fields.has("name") ? fields.text("name") : ReadyMade.SSLD.recipeName();
        RecipeBuilder builder =
                ReadyMade.names().stream().anyMatch(name::equalsIgnoreCase)
                        ? Recipe.named(name)
                        : Recipe.ssld();
        if (fields.has("epochs")) {
            builder.optEpochs(fields.integer("epochs"));
        }
        if (fields.has("batchSize")) {
            builder.optBatchSize(fields.integer("batchSize"));
        }
        if (fields.has("accumulation")) {
            builder.optAccumulation(fields.integer("accumulation"));
        }
        if (fields.has("height") || fields.has("width")) {
            // A square where one side is given.
            String height = fields.has("height") ? "height" : "width";
            String width = fields.has("width") ? "width" : "height";
            builder.optSize(fields.integer(height), fields.integer(width));
        }
        return builder.optName(name).build();
    }

    private static void fill(
            Map<String, Object> whole,
            String key,
            String usual,
            Map<String, Map<String, Object>> kinds) {
        if (whole.get(key) instanceof Map<?, ?> given) {
            Object kind = given.get("kind");
            String chosen = kind == null ? usual : kind.toString();
            Map<String, Object> filled = new LinkedHashMap<>();
            filled.put("kind", chosen);
            filled.putAll(kinds.getOrDefault(chosen, Map.of()));
            given.forEach((name, value) -> filled.put(String.valueOf(name), value));
            whole.put(key, filled);
        }
    }

    private static void fill(Map<String, Object> whole, String key, Map<String, Object> defaults) {
        if (whole.get(key) instanceof Map<?, ?> given) {
            Map<String, Object> filled = new LinkedHashMap<>(defaults);
            given.forEach((name, value) -> filled.put(String.valueOf(name), value));
            whole.put(key, filled);
        }
    }
}
