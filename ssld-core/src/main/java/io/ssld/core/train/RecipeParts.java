package io.ssld.core.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Optimiser and schedule as maps and back; a {@code kind} tells which of them it is. */
final class RecipeParts {

    private static final String KIND = "kind";

    private RecipeParts() {}

    static Map<String, Object> optimizer(OptimizerSettings settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (settings instanceof OptimizerSettings.Sgd sgd) {
            map.put(KIND, "sgd");
            map.put("momentum", sgd.momentum());
            map.put("nesterov", sgd.nesterov());
        } else if (settings instanceof OptimizerSettings.AdamW adamW) {
            map.put(KIND, "adamw");
            map.put("beta1", adamW.beta1());
            map.put("beta2", adamW.beta2());
            map.put("epsilon", adamW.epsilon());
        }
        return map;
    }

    static OptimizerSettings optimizer(RecipeFields fields) {
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

    static Map<String, Object> schedule(Schedule schedule) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (schedule instanceof Schedule.Constant) {
            map.put(KIND, "constant");
        } else if (schedule instanceof Schedule.Cosine cosine) {
            map.put(KIND, "cosine");
            map.put("floor", cosine.floor());
        } else if (schedule instanceof Schedule.Polynomial polynomial) {
            map.put(KIND, "polynomial");
            map.put("power", polynomial.power());
            map.put("floor", polynomial.floor());
        } else if (schedule instanceof Schedule.Step step) {
            map.put(KIND, "step");
            map.put("every", step.every());
            map.put("factor", step.factor());
        } else if (schedule instanceof Schedule.MultiStep steps) {
            map.put(KIND, "multistep");
            map.put("milestones", steps.milestones());
            map.put("factor", steps.factor());
        }
        return map;
    }

    static Schedule schedule(RecipeFields fields) {
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

    private static List<Double> milestones(RecipeFields fields) {
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
