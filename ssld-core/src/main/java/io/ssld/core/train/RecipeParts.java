package io.ssld.core.train;

import io.ssld.base.internal.SettingsMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what optimisers and schedules write; a {@code kind} tells which of them it is. */
final class RecipeParts {

    private static final String KIND = "kind";

    private RecipeParts() {}

    /** Makes a map of a kind and its settings, names and values in turn. */
    static Map<String, Object> map(String kind, Object... settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(KIND, kind);
        for (int i = 0; i < settings.length; i += 2) {
            map.put((String) settings[i], settings[i + 1]);
        }
        return map;
    }

    static OptimizerSettings optimizer(SettingsMap fields) {
        OptimizerSettings settings =
                switch (fields.text(KIND)) {
                    case "sgd" ->
                            new OptimizerSettings.Sgd(
                                    fields.number("momentum"), fields.flag("nesterov"));
                    case "adamw" ->
                            new OptimizerSettings.AdamW(
                                    fields.number("beta1"),
                                    fields.number("beta2"),
                                    fields.number("epsilon"));
                    default -> throw fields.wrong(KIND, "be sgd or adamw", List.of("sgd", "adamw"));
                };
        fields.finish();
        return settings;
    }

    static Schedule schedule(SettingsMap fields) {
        Schedule schedule =
                switch (fields.text(KIND)) {
                    case "constant" -> new Schedule.Constant();
                    case "cosine" -> new Schedule.Cosine(fields.number("floor"));
                    case "polynomial" ->
                            new Schedule.Polynomial(fields.number("power"), fields.number("floor"));
                    case "step" ->
                            new Schedule.Step(fields.number("every"), fields.number("factor"));
                    case "multistep" ->
                            new Schedule.MultiStep(milestones(fields), fields.number("factor"));
                    default ->
                            throw fields.wrong(
                                    KIND,
                                    "be constant, cosine, polynomial, step or multistep",
                                    List.of(
                                            "constant",
                                            "cosine",
                                            "polynomial",
                                            "step",
                                            "multistep"));
                };
        fields.finish();
        return schedule;
    }

    private static List<Double> milestones(SettingsMap fields) {
        List<Double> milestones = new ArrayList<>();
        for (Object epoch : fields.list("milestones")) {
            try {
                milestones.add(Double.parseDouble(String.valueOf(epoch)));
            } catch (NumberFormatException e) {
                throw fields.wrong("milestones", "be a list of numbers");
            }
        }
        return milestones;
    }
}
