package io.ssld.core.search;

import io.ssld.base.internal.Json;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What makes a search this one: the file {@code search.json} of its folder.
 *
 * @param recipe the recipe it begins with
 * @param candidates the values by setting
 * @param facts what the caller says of network and data
 */
record SearchPlan(
        Map<String, Object> recipe,
        Map<String, List<String>> candidates,
        Map<String, String> facts) {

    static SearchPlan of(Recipe recipe, SearchSpace space, Map<String, String> facts) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (Candidate candidate : space.candidates()) {
            values.put(
                    candidate.coordinate().title(),
                    space.of(candidate.coordinate()).stream().map(Candidate::text).toList());
        }
        return new SearchPlan(recipe.toMap(), values, facts);
    }

    /** Fails unless the search in a folder is this one, naming the first difference. */
    void requireEqual(SearchPlan earlier, Path folder) throws IOException {
        requireEqual("recipe", earlier.recipe, recipe, folder);
        requireEqual("candidates", earlier.candidates, candidates, folder);
        requireEqual("facts", earlier.facts, facts, folder);
    }

    private static void requireEqual(
            String part, Map<String, ?> earlier, Map<String, ?> now, Path folder)
            throws IOException {
        TreeSet<String> names = new TreeSet<>(earlier.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            String was = text(earlier.get(name));
            String is = text(now.get(name));
            if (!was.equals(is)) {
                throw new IOException(
                        ("search folder must hold this search, but in %s %s %s was %s and "
                                        + "is now %s; choose another folder")
                                .formatted(folder, part, name, was, is));
            }
        }
    }

    private static String text(@Nullable Object value) {
        return value == null ? "none" : Json.toString(value).replaceAll("\\s*\\R\\s*", " ");
    }
}
