package io.ssld.images.view.internal;

import io.ssld.base.internal.SettingsMap;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.ViewSampler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Samplers that are values as maps of their settings, and back; {@code kind} tells which. */
public final class SamplerMap {

    private static final String KIND = "kind";

    private SamplerMap() {}

    /**
     * Returns the settings of a sampler.
     *
     * @param views the sampler
     * @return its settings with their version; empty for one that was written in Java code
     */
    public static Optional<Map<String, Object>> of(ViewSampler views) {
        Objects.requireNonNull(views, "views");
        Map<String, Object> map = new LinkedHashMap<>();
        if (views instanceof Augmentation augmentation) {
            map.put(KIND, "augmentation");
            map.putAll(augmentation.toMap());
            return Optional.of(map);
        }
        if (views instanceof CenterCrop crop) {
            map.put(KIND, "center");
            map.put("shortSide", crop.shortSide());
            map.put("height", crop.height());
            map.put("width", crop.width());
            return Optional.of(map);
        }
        return Optional.empty();
    }

    /**
     * Makes a sampler of its settings.
     *
     * @param map as {@link #of} gives it
     * @return an equal sampler
     * @throws IllegalArgumentException if a setting is unknown, missing or out of its range
     */
    public static ViewSampler read(Map<String, Object> map) {
        Objects.requireNonNull(map, "map");
        SettingsMap views = new SettingsMap("views", map);
        return switch (views.text(KIND)) {
            case "augmentation" -> {
                Map<String, Object> settings = new LinkedHashMap<>(map);
                settings.remove(KIND);
                yield Augmentation.fromMap(settings);
            }
            case "center" -> {
                CenterCrop crop =
                        new CenterCrop(
                                views.integer("shortSide"),
                                views.integer("height"),
                                views.integer("width"));
                views.finish();
                yield crop;
            }
            default ->
                    throw views.wrong(
                            KIND, "be augmentation or center", List.of("augmentation", "center"));
        };
    }
}
