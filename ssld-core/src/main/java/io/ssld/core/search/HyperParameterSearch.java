package io.ssld.core.search;

import ai.djl.translate.TranslateException;
import io.ssld.base.internal.Setting;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * Finds better values for a recipe: the search of PaddleClas' PULC, which it calls SHAS.
 *
 * <p>It goes through the settings of {@link Coordinate} in order. For each, it runs a trial with
 * every candidate, all else as it is, and keeps the best before it goes on with the next: a dozen
 * trials where a grid would have hundreds. A value takes the place of another only with a strictly
 * higher score, so the earlier of equals stays, first of all the recipe's own; a score that is not
 * finite never wins. No recipe is run twice. What is not found: values that are good only together,
 * and differences smaller than those between two seeds, since each value is tried once.
 *
 * <p>Every trial that is done is a file in the search's folder, so a search that was interrupted or
 * that ran out of budget goes on where it was. When the budget is used up, the best recipe so far
 * is the result. The folder holds {@code search.json} (what is searched), {@code trials}, {@code
 * runs} (what trials leave), {@code report.html}, {@code report.json}, and at the end {@code
 * best.json}: the recipe for {@link Recipe#fromMap}, and for {@code ssld train --config}.
 */
public final class HyperParameterSearch {

    private final Recipe recipe;
    private final SearchSpace space;
    private final Trial trial;
    private final Path folder;
    private final boolean resume;
    private final SearchBudget budget;
    private final Map<String, String> facts;
    private final List<SearchListener> listeners;
    private final LongSupplier clock;

    private HyperParameterSearch(Builder builder) {
        recipe = builder.recipe.required();
        space = builder.space.or(SearchSpace.published(recipe));
        trial = builder.trial.required();
        folder = builder.folder.required();
        resume = builder.resume;
        budget = new SearchBudget(builder.maxTrials.orNull(), builder.timeLimit.orNull());
        facts = new TreeMap<>(builder.facts);
        listeners = List.copyOf(builder.listeners);
        clock = builder.clock;
        // A recipe that cannot be read back, or cannot take a value, is refused before any trial.
        Recipe.fromMap(recipe.toMap());
        if (space.candidates().isEmpty()) {
            throw new IllegalArgumentException(
                    "candidates must not be empty, but there are none; name some for one setting");
        }
        space.candidates().forEach(candidate -> candidate.applyTo(recipe));
    }

    /**
     * Starts a search.
     *
     * @return a builder without settings
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Searches.
     *
     * @return the best recipe and how it was found
     * @throws IOException if the folder cannot be written, holds something else than this search,
     *     or a trial says so; trials done before stay in the folder
     * @throws TranslateException if a trial says so
     */
    public SearchResult run() throws IOException, TranslateException {
        SearchPlan plan = SearchPlan.of(recipe, space, facts);
        try (SearchFolder files = SearchFolder.open(folder, plan, resume)) {
            return new SearchRun(this, files, clock).run();
        }
    }

    Recipe recipe() {
        return recipe;
    }

    SearchSpace space() {
        return space;
    }

    Trial trial() {
        return trial;
    }

    SearchBudget budget() {
        return budget;
    }

    List<SearchListener> listeners() {
        return listeners;
    }

    /** Builds a {@link HyperParameterSearch}. Required: recipe, trial and folder. */
    public static final class Builder {

        private final Setting<Recipe> recipe = new Setting<>("recipe");
        private final Setting<SearchSpace> space = new Setting<>("space");
        private final Setting<Trial> trial = new Setting<>("trial");
        private final Setting<Path> folder = new Setting<>("folder");
        private final Setting<Integer> maxTrials = new Setting<>("maxTrials");
        private final Setting<Duration> timeLimit = new Setting<>("timeLimit");
        private final Map<String, String> facts = new TreeMap<>();
        private final List<SearchListener> listeners = new ArrayList<>();
        private boolean resume;
        private LongSupplier clock = System::nanoTime;

        private Builder() {}

        /**
         * Sets the recipe to begin with.
         *
         * @param value a recipe whose views are data, not Java code
         * @return this builder
         */
        public Builder setRecipe(Recipe value) {
            recipe.set(value);
            return this;
        }

        /**
         * Sets what a trial does.
         *
         * @param value trains by a recipe and says how good the network is
         * @return this builder
         */
        public Builder setTrial(Trial value) {
            trial.set(value);
            return this;
        }

        /**
         * Sets where the files of the search are.
         *
         * @param value a folder, new or empty unless the search is to be resumed
         * @return this builder
         */
        public Builder setFolder(Path value) {
            folder.set(value);
            return this;
        }

        /**
         * Sets what is tried; default {@link SearchSpace#published}.
         *
         * @param value the candidates
         * @return this builder
         */
        public Builder optSpace(SearchSpace value) {
            space.set(value);
            return this;
        }

        /**
         * Sets the most trials of the search, those before a resumption included; default as many
         * as there are candidates.
         *
         * @param count at least 1
         * @return this builder
         */
        public Builder optMaxTrials(int count) {
            maxTrials.set(count);
            return this;
        }

        /**
         * Sets how long trials may take together, those before a resumption included. A trial that
         * has begun is finished; at least one is run. Default no limit.
         *
         * @param time more than nothing
         * @return this builder
         */
        public Builder optTimeLimit(Duration time) {
            timeLimit.set(time);
            return this;
        }

        /**
         * Goes on with the search in the folder, if there is one; default no. It has to be the same
         * search: recipe, candidates and facts. Budgets may differ.
         *
         * @param value whether to go on
         * @return this builder
         */
        public Builder optResume(boolean value) {
            resume = value;
            return this;
        }

        /**
         * Adds what scores depend on beside the recipe, such as the network and the digests of the
         * data, so that no search is resumed with another.
         *
         * @param name what it is
         * @param value what it is here
         * @return this builder
         */
        public Builder addFact(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            String earlier = facts.putIfAbsent(name, value);
            if (earlier != null) {
                throw new IllegalStateException(
                        "fact %s must be set once, but was %s already; remove one of the two calls"
                                .formatted(name, earlier));
            }
            return this;
        }

        /**
         * Adds a listener.
         *
         * @param listener hears of every trial
         * @return this builder
         */
        public Builder addListener(SearchListener listener) {
            Objects.requireNonNull(listener, "listener");
            listeners.add(listener);
            return this;
        }

        /** Sets what tells the time, in nanoseconds; for tests. */
        Builder clock(LongSupplier nanoseconds) {
            clock = nanoseconds;
            return this;
        }

        /**
         * Builds the search.
         *
         * @return the search
         * @throws IllegalStateException if a required setting is missing
         * @throws IllegalArgumentException if there are no candidates, a budget is out of its
         *     range, or the recipe cannot take one of the values
         */
        public HyperParameterSearch build() {
            Setting.requireAll(recipe, trial, folder);
            return new HyperParameterSearch(this);
        }
    }
}
