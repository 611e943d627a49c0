package io.ssld.core.run.internal;

import io.ssld.base.internal.ClassNameMatch;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.RunTeacher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether everybody in a run means the same classes by the same numbers: a teacher with its names
 * in another order answers wrongly without a sign of it.
 */
final class ClassNamesCheck {

    private ClassNamesCheck() {}

    /**
     * Compares all who know names with one another.
     *
     * @param spec the networks; names of another number of classes than they have are those of an
     *     earlier classifier, and not looked at
     * @param lists the image lists by what they are for
     * @param classes the classes of the networks
     * @throws IllegalArgumentException if two of them differ
     */
    static void require(RunSpec spec, Map<String, ImageList> lists, int classes) {
        Map<String, List<String>> known = new LinkedHashMap<>();
        RunTeacher teacher = spec.teacher();
        if (teacher != null && teacher.classNames().size() == classes) {
            known.put("teacher " + teacher.name(), teacher.classNames());
        }
        if (spec.student().classNames().size() == classes) {
            known.put("student " + spec.student().name(), spec.student().classNames());
        }
        lists.forEach(
                (name, list) -> {
                    if (list.entries().stream().anyMatch(ImageEntry::isLabelled)) {
                        known.put(name + " images", list.classNames());
                    }
                });
        List<Map.Entry<String, List<String>>> all = List.copyOf(known.entrySet());
        for (int i = 1; i < all.size(); i++) {
            for (Map.Entry<String, List<String>> before : all.subList(0, i)) {
                ClassNameMatch.require(
                        before.getKey(),
                        before.getValue(),
                        all.get(i).getKey(),
                        all.get(i).getValue());
            }
        }
    }
}
