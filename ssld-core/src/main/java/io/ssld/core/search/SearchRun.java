package io.ssld.core.search;

import ai.djl.translate.TranslateException;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One walk through the settings of a search. */
final class SearchRun {

    private final HyperParameterSearch search;
    private final SearchFolder folder;
    private final LongSupplier clock;
    private final int most;
    private final Map<Recipe, TrialResult> known = new LinkedHashMap<>();
    private final List<CoordinateResult> coordinates = new ArrayList<>();
    private Recipe best;
    private @Nullable TrialResult bestTrial;
    private double seconds;
    private SearchEnd end = SearchEnd.NONE;

    SearchRun(HyperParameterSearch search, SearchFolder folder, LongSupplier clock) {
        this.search = search;
        this.folder = folder;
        this.clock = clock;
        best = search.recipe();
        most = most();
    }

    /** A setting keeps the recipe's value until its turn, so this many recipes are different. */
    private int most() {
        int count = 1;
        for (Coordinate coordinate : Coordinate.values()) {
            if (!search.space().of(coordinate).isEmpty()) {
                count += values(coordinate, search.recipe()).size() - 1;
            }
        }
        return count;
    }

    /** The recipes of a setting, first that of the value kept so far. */
    private Map<Recipe, Candidate> values(Coordinate coordinate, Recipe from) {
        Map<Recipe, Candidate> values = new LinkedHashMap<>();
        values.put(from, Candidate.of(coordinate, from));
        for (Candidate candidate : search.space().of(coordinate)) {
            values.putIfAbsent(candidate.applyTo(from), candidate);
        }
        return values;
    }

    SearchResult run() throws IOException, TranslateException {
        for (Coordinate coordinate : Coordinate.values()) {
            if (end == SearchEnd.NONE && !search.space().of(coordinate).isEmpty()) {
                search(coordinate, values(coordinate, best));
            }
        }
        if (end == SearchEnd.NONE) {
            end = SearchEnd.COMPLETE;
        }
        SearchResult result = result();
        folder.report(result);
        return result;
    }

    private void search(Coordinate coordinate, Map<Recipe, Candidate> values)
            throws IOException, TranslateException {
        List<TrialResult> tried = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int winner = 0;
        int place = coordinates.size();
        for (Map.Entry<Recipe, Candidate> value : values.entrySet()) {
            boolean isNew = !known.containsKey(value.getKey());
            TrialResult trial = trial(value.getKey(), value.getValue());
            if (trial == null) {
                return;
            }
            if (bestTrial == null || trial.beats(bestTrial)) {
                best = value.getKey();
                bestTrial = trial;
                winner = tried.size();
            }
            tried.add(trial);
            texts.add(value.getValue().text());
            // With nothing but the value that the recipe had, the setting is not yet searched.
            if (isNew) {
                boolean complete = tried.size() == values.size();
                coordinates.subList(place, coordinates.size()).clear();
                coordinates.add(new CoordinateResult(coordinate, tried, texts, winner, complete));
                folder.report(result());
            }
        }
    }

    /** The trial of a recipe, from memory, from the folder or run now; null if none may begin. */
    private @Nullable TrialResult trial(Recipe recipe, Candidate candidate)
            throws IOException, TranslateException {
        TrialResult earlier = known.get(recipe);
        if (earlier != null) {
            return earlier;
        }
        int number = known.size() + 1;
        TrialResult result = folder.find(recipe);
        boolean found = result != null;
        if (result == null) {
            end = search.budget().after(known.size(), seconds);
            if (end != SearchEnd.NONE) {
                return null;
            }
            search.listeners().forEach(each -> each.onTrial(number, most, candidate, recipe));
            result = run(number, recipe, candidate);
            folder.add(recipe, result);
        }
        known.put(recipe, result);
        seconds += result.seconds();
        for (SearchListener listener : search.listeners()) {
            listener.onResult(result, found);
        }
        return result;
    }

    private TrialResult run(int number, Recipe recipe, Candidate candidate)
            throws IOException, TranslateException {
        long start = clock.getAsLong();
        double score = search.trial().score(recipe, folder.runOf(recipe));
        double taken = (clock.getAsLong() - start) / 1e9;
        return new TrialResult(
                number,
                SearchFolder.key(recipe),
                candidate.coordinate(),
                candidate.text(),
                score,
                taken);
    }

    private SearchResult result() {
        return new SearchResult(
                best,
                bestTrial == null ? Double.NaN : bestTrial.score(),
                coordinates,
                List.copyOf(known.values()),
                seconds,
                end);
    }
}
