package io.ssld.zoo.internal.families;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of the parts of networks, grouped by stage: parts that see the image at one resolution, or
 * that the original gives one learning rate.
 */
final class Stages {

    private Stages() {}

    /**
     * Groups numbered parts: prefix0, prefix1 and so on.
     *
     * @param prefix what stands before the number
     * @param counts how many parts each stage has
     */
    static List<List<String>> numbered(String prefix, List<Integer> counts) {
        List<List<String>> stages = new ArrayList<>();
        int next = 0;
        for (int count : counts) {
            List<String> stage = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                stage.add(prefix + next++);
            }
            stages.add(stage);
        }
        return stages;
    }

    /** Adds a stage in front. */
    static List<List<String>> after(List<String> first, List<List<String>> rest) {
        List<List<String>> stages = new ArrayList<>();
        stages.add(first);
        stages.addAll(rest);
        return stages;
    }

    /** Adds parts to the front of the first stage and to the end of the last. */
    static List<List<String>> between(
            List<String> before, List<List<String>> stages, List<String> behind) {
        List<List<String>> wider = new ArrayList<>();
        for (int i = 0; i < stages.size(); i++) {
            List<String> stage = new ArrayList<>();
            if (i == 0) {
                stage.addAll(before);
            }
            stage.addAll(stages.get(i));
            if (i == stages.size() - 1) {
                stage.addAll(behind);
            }
            wider.add(stage);
        }
        return wider;
    }
}
